package dev.notifykit.store.codec;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.notifykit.Channel;
import dev.notifykit.Device;
import dev.notifykit.Platform;
import dev.notifykit.Target;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.store.Content;
import dev.notifykit.store.FallbackLink;
import dev.notifykit.store.QueuedDelivery;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes and reads what stores keep as text. Thread-safe. Types are never taken from the text: the
 * channel decides a message's type, and fields are read through the types' own builders, which
 * check them again. Every text carries a version; a later one is refused as unreadable.
 *
 * <p>Numbers in template data come back as the smallest of int, long and double that holds them.
 */
public final class StoreCodec {
  private static final Logger LOG = LoggerFactory.getLogger(StoreCodec.class);
  private static final int VERSION = 1;

  /** Those that the log has told of. */
  private static final Set<String> UNKNOWN_ZONES = ConcurrentHashMap.newKeySet();

  /** What an erased content or address is replaced by. */
  public static final String ERASED = "{\"v\":1,\"erased\":true}";

  // 256 KiB of data and messages with attachments in base64; a row beyond this is not ours.
  private static final int MAX_TEXT = 64 * 1024 * 1024;
  private static final int MAX_DEPTH = 64;

  // As much as may be sent: a name in the data is no longer than all of it, a number in a push no
  // longer than the push.
  private static final int MAX_NAME = 256 * 1024;
  private static final int MAX_NUMBER = 8 * 1024;

  private static final ObjectMapper MAPPER = mapper();
  private static final ObjectReader CONTENT_IN = MAPPER.readerFor(ContentText.class);
  private static final ObjectReader ADDRESS_IN = MAPPER.readerFor(AddressText.class);
  private static final ObjectReader LINE_IN = MAPPER.readerForMapOf(Object.class);
  private static final ObjectReader STRINGS_IN = MAPPER.readerForMapOf(String.class);

  private StoreCodec() {}

  private static ObjectMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_TEXT)
                    .maxDocumentLength(MAX_TEXT)
                    .maxNumberLength(MAX_NUMBER)
                    .maxNameLength(MAX_NAME)
                    .build())
            .streamWriteConstraints(
                StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    ObjectMapper mapper =
        JsonMapper.builder(factory)
            .addModule(new JavaTimeModule())
            .annotationIntrospector(new BuilderIntrospector())
            .visibility(PropertyAccessor.ALL, Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .visibility(PropertyAccessor.CREATOR, Visibility.ANY)
            .defaultPropertyInclusion(JsonInclude.Value.construct(Include.NON_NULL, Include.ALWAYS))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    mapper.setDefaultMergeable(false);
    mapper.addMixIn(Attachment.class, AttachmentMixIn.class);
    mapper.addMixIn(Device.class, DeviceMixIn.class);
    mapper.addMixIn(Device.Builder.class, DeviceBuilderMixIn.class);
    mapper.configOverride(Map.class).setMergeable(true);
    mapper.configOverride(List.class).setMergeable(true);
    return mapper;
  }

  private record ContentText(
      int v,
      @Nullable Boolean erased,
      @Nullable Map<String, Object> data,
      @Nullable EmailMessage email,
      @Nullable SmsMessage sms,
      @Nullable PushMessage push,
      @Nullable InboxMessage inbox,
      @Nullable List<Attachment> attachments,
      @Nullable Map<String, String> context) {}

  private record AddressText(
      int v,
      @Nullable Boolean erased,
      @Nullable String name,
      @Nullable Channel channel,
      @Nullable String address,
      @Nullable Device device,
      @Nullable String locale,
      @Nullable String zone,
      @Nullable FallbackLink fallback) {}

  /** Writes a content. */
  public static String content(Content content) {
    return write(
        out -> {
          if (!content.data().isEmpty()) {
            out.writeFieldName("data");
            writeValue(out, content.data());
          }
          for (Message message : content.messages().values()) {
            out.writeFieldName(message.channel().name().toLowerCase(Locale.ROOT));
            MAPPER.writeValue(out, message);
          }
          if (!content.attachments().isEmpty()) {
            out.writeFieldName("attachments");
            MAPPER.writeValue(out, content.attachments());
          }
          if (!content.context().isEmpty()) {
            out.writeFieldName("context");
            writeValue(out, content.context());
          }
        });
  }

  /**
   * Reads a content; an erased one is empty.
   *
   * @throws UnreadableException if it is not what {@link #content(Content)} of this version writes
   */
  public static Content content(String text) throws UnreadableException {
    ContentText c = read(CONTENT_IN, text);
    checkVersion(c.v);
    Map<Channel, Message> messages = new EnumMap<>(Channel.class);
    put(messages, c.email);
    put(messages, c.sms);
    put(messages, c.push);
    put(messages, c.inbox);
    return new Content(
        c.data == null ? Map.of() : c.data,
        messages,
        c.attachments == null ? List.of() : c.attachments,
        c.context == null ? Map.of() : c.context);
  }

  private static void put(Map<Channel, Message> messages, @Nullable Message message) {
    if (message != null) {
      messages.put(message.channel(), message);
    }
  }

  /** Writes where a delivery goes. */
  public static String address(QueuedDelivery d) {
    Target t = d.target();
    Device device = t.device().orElse(null);
    return write(
        out -> {
          writeField(out, "name", d.recipientName());
          writeField(out, "channel", t.channel().name());
          writeField(out, "address", device != null || t.isMissing() ? null : t.address());
          writeObject(out, "device", device);
          writeField(out, "locale", d.locale() == null ? null : d.locale().toLanguageTag());
          writeField(out, "zone", d.zone() == null ? null : d.zone().getId());
          writeObject(out, "fallback", d.fallback());
        });
  }

  private static void writeField(JsonGenerator out, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      out.writeStringField(name, value);
    }
  }

  private static void writeObject(JsonGenerator out, String name, @Nullable Object value)
      throws IOException {
    if (value != null) {
      out.writeFieldName(name);
      MAPPER.writeValue(out, value);
    }
  }

  /** Template data, nearly all of it strings, without looking up how to write each. */
  private static void writeValue(JsonGenerator out, @Nullable Object value) throws IOException {
    if (value instanceof String text) {
      out.writeString(text);
    } else if (value instanceof Map<?, ?> map) {
      out.writeStartObject();
      for (Map.Entry<?, ?> e : map.entrySet()) {
        out.writeFieldName(String.valueOf(e.getKey()));
        writeValue(out, e.getValue());
      }
      out.writeEndObject();
    } else {
      MAPPER.writeValue(out, value);
    }
  }

  /**
   * Reads where a delivery goes.
   *
   * @param channel the channel of an erased one
   * @throws UnreadableException if it is not what {@link #address(QueuedDelivery)} of this version
   *     writes
   */
  public static StoredAddress address(String text, Channel channel) throws UnreadableException {
    AddressText a = read(ADDRESS_IN, text);
    checkVersion(a.v);
    if (a.erased != null && a.erased) {
      return new StoredAddress(null, Target.missing(channel), null, null, null, true);
    }
    if (a.channel != channel) {
      throw new UnreadableException("a delivery's address is of another channel", null);
    }
    return new StoredAddress(
        a.name,
        target(a, channel),
        a.locale == null ? null : Locale.forLanguageTag(a.locale),
        zone(a.zone),
        a.fallback,
        false);
  }

  private static Target target(AddressText a, Channel channel) {
    if (a.device != null) {
      return Target.device(a.device);
    }
    if (a.address == null) {
      return Target.missing(channel);
    }
    return switch (channel) {
      case EMAIL -> Target.email(a.address);
      case SMS -> Target.phone(a.address);
      case INBOX -> Target.inbox(a.address);
      case PUSH -> Target.missing(channel);
    };
  }

  /**
   * Reads a time zone; null for none, and for one that this Java runtime does not know. Whoever
   * saved it may have newer time zone data, as one of several nodes has that is updated first. The
   * client's own zone stands for it then: nobody is out of reach because of their zone.
   */
  public static @Nullable ZoneId zone(@Nullable String id) {
    try {
      return id == null ? null : ZoneId.of(id);
    } catch (DateTimeException e) {
      if (UNKNOWN_ZONES.size() < 100 && UNKNOWN_ZONES.add(id)) {
        LOG.warn(
            "A stored time zone is not known to this Java runtime, and the client's stands for it: {}",
            id);
      }
      return null;
    }
  }

  /** Writes a map of plain values, in its own order, on one line. */
  public static String line(Map<String, ?> values) {
    try {
      return MAPPER.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads what {@link #line} wrote.
   *
   * @throws UnreadableException if it is no JSON object
   */
  public static Map<String, Object> line(String text) throws UnreadableException {
    return read(LINE_IN, text);
  }

  /**
   * Reads what {@link #line} wrote of strings.
   *
   * @throws UnreadableException if it is no JSON object of strings
   */
  public static Map<String, String> strings(String text) throws UnreadableException {
    return read(STRINGS_IN, text);
  }

  /** The fields of an object. */
  @FunctionalInterface
  private interface Fields {
    void write(JsonGenerator out) throws IOException;
  }

  private static String write(Fields fields) {
    StringWriter text = new StringWriter(256);
    try (JsonGenerator out = MAPPER.getFactory().createGenerator(text)) {
      out.writeStartObject();
      out.writeNumberField("v", VERSION);
      fields.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      // Only a type the message classes should not hold gets here; its message names the type.
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // each reader above is made for one type
  private static <T> T read(ObjectReader reader, String text) throws UnreadableException {
    T value;
    try {
      value = reader.readValue(text);
    } catch (IOException | RuntimeException e) {
      // Jackson's messages quote the text, which may hold an address.
      throw new UnreadableException("stored text is unreadable: " + e.getClass().getName(), null);
    }
    if (value == null) {
      throw new UnreadableException("stored text is null", null);
    }
    return value;
  }

  private static void checkVersion(int version) throws UnreadableException {
    if (version != VERSION) {
      throw new UnreadableException("stored text is of version " + version, null);
    }
  }

  /** An attachment has no builder; its private constructor checks what it is given. */
  @SuppressWarnings("UnusedVariable")
  private abstract static class AttachmentMixIn {
    @JsonCreator
    AttachmentMixIn(
        @JsonProperty("fileName") String fileName,
        @JsonProperty("contentType") String contentType,
        @JsonProperty("content") byte[] content,
        @JsonProperty("contentId") @Nullable String contentId) {}
  }

  /** A device's id is derived, and its builder wants platform and token first. */
  @JsonIgnoreProperties("id")
  private abstract static class DeviceMixIn {}

  @SuppressWarnings("UnusedVariable")
  private abstract static class DeviceBuilderMixIn {
    @JsonCreator
    DeviceBuilderMixIn(
        @JsonProperty("platform") Platform platform, @JsonProperty("token") String token) {}
  }
}
