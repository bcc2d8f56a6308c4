package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import jakarta.mail.BodyPart;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is composed here is read back by Jakarta Mail. */
@Timeout(120)
class MimeComposerTest {
  private static final Session SESSION = Session.getInstance(new Properties());
  private static final Pattern ENCODED_WORD = Pattern.compile("=\\?UTF-8\\?B\\?[^?]*\\?=");

  /** What makes encoders fail: blanks at ends, dots, signs with a meaning, every width of UTF-8. */
  private static final String[] PIECES = {
    "a",
    "Order ",
    " ",
    "  ",
    "=",
    "=?",
    "?=",
    "=3D",
    ".",
    "..",
    "ü",
    "ß",
    "김",
    "철수",
    "🚚",
    "👩‍🚀",
    "ﷺ",
    "\"",
    "\\a",
    ",",
    "(",
    ")",
    ";",
    ":",
    "é",
    "From ",
    "-",
    "--",
    "x".repeat(70)
  };

  private static final String[] BREAKS = {
    "\n",
    "\r\n",
    "\r",
    "\n.\n",
    "\n..\r\n",
    " \n",
    "\t\n",
    "\n--",
    "y".repeat(1_100),
    "필".repeat(300)
  };

  @Test
  void textThatLooksEncodedIsShownAsItIsWritten() throws Exception {
    String word = "=?UTF-8?Q?boss=40bank=2Eexample?=";
    EmailMessage message =
        EmailMessage.builder().subject("Re: " + word).text("t").header("X-Note", word).build();
    MimeMessage mail = parsed(composed(Mails.request("ann@example.com", word, message)));
    assertThat(mail.getSubject()).isEqualTo("Re: " + word);
    assertThat(MimeUtility.decodeText(mail.getHeader("X-Note", null))).isEqualTo(word);
    assertThat(((InternetAddress) mail.getAllRecipients()[0]).getPersonal()).isEqualTo(word);
  }

  @Test
  void manyBlanksMakeNoLongLines() throws Exception {
    String subject = "a" + " ".repeat(3_000) + "b";
    MimeMail mail = composed(Mails.with(Mails.message().subject(subject).build()));
    String wire = new String(mail.data(), 0, mail.length(), StandardCharsets.US_ASCII);
    assertThat(wire.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(998));
    assertThat(parsed(mail).getSubject()).isEqualTo(subject);
  }

  @Test
  void longFileNamesMakeNoLongLines() throws Exception {
    String name = "필".repeat(196) + ".pdf";
    EmailMessage message =
        Mails.message()
            .attachment(Attachment.file(name, "application/pdf", new byte[] {1}))
            .build();
    MimeMail mail = composed(Mails.with(message));
    String wire = new String(mail.data(), 0, mail.length(), StandardCharsets.US_ASCII);
    assertThat(wire.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(998));
    Multipart parts = (Multipart) parsed(mail).getContent();
    assertThat(parts.getBodyPart(1).getFileName()).isEqualTo(name);
  }

  private static MimeMail composed(SendRequest request) throws Exception {
    CheckedMail checked = CheckedMail.of(request, Mailbox.parse("s@example.com", "x"));
    return new MimeComposer(null, InstantSource.system()).compose(checked);
  }

  private static MimeMessage parsed(MimeMail mail) throws Exception {
    return new MimeMessage(SESSION, new ByteArrayInputStream(mail.data(), 0, mail.length()));
  }

  @Test
  void whatIsComposedReadsBackTheSame() throws Exception {
    long seed = Long.getLong("notifykit.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      check("seed " + seed + ", mail " + i, generated(random));
    }
  }

  private static CheckedMail generated(Random random) throws UnsendableException {
    EmailMessage.Builder message = EmailMessage.builder().subject(text(random, PIECES, 1, 20));
    boolean html = random.nextBoolean();
    if (html) {
      message.html(body(random));
    }
    if (!html || random.nextBoolean()) {
      message.text(body(random));
    }
    message.header("X-Note", text(random, PIECES, 1, 12));
    for (int i = random.nextInt(3); i > 0; i--) {
      byte[] content = new byte[random.nextInt(300)];
      random.nextBytes(content);
      String name = fileName(random) + i;
      message.attachment(
          random.nextBoolean()
              ? Attachment.inline("cid" + i, name, "image/png", content)
              : Attachment.file(name, "text/csv; charset=utf-8", content));
    }
    return CheckedMail.of(
        Mails.request("ann@example.com", name(random), message.build()),
        Mailbox.parse("Shop <shop@example.com>", "from"));
  }

  /** Three of the long pieces would be over what an attachment's name may have. */
  private static String fileName(Random random) {
    String name = text(random, PIECES, 1, 4);
    return name.length() < 200 ? name : "long";
  }

  private static String name(Random random) {
    String name = "N" + text(random, PIECES, 0, 6).strip();
    return name.length() <= 200 ? name : "Nobody";
  }

  private static String body(Random random) {
    StringBuilder body = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      body.append(text(random, PIECES, 0, 10)).append(BREAKS[random.nextInt(BREAKS.length)]);
    }
    return body + (random.nextBoolean() ? "" : " ");
  }

  private static String text(Random random, String[] pieces, int least, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = least + random.nextInt(most - least + 1); i > 0; i--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString().isBlank() ? "blank" : text.toString();
  }

  private static void check(String which, CheckedMail mail) throws Exception {
    byte[] wire = wire(mail);
    checkLines(which, wire);
    MimeMessage read = new MimeMessage(SESSION, new ByteArrayInputStream(unstuffed(wire)));
    EmailMessage message = mail.message();
    assertThat(header(read, "Subject")).as(which).isEqualTo(message.subject());
    assertThat(header(read, "X-Note")).as(which).isEqualTo(message.headers().get("X-Note"));
    InternetAddress to = (InternetAddress) read.getRecipients(MimeMessage.RecipientType.TO)[0];
    assertThat(to.getAddress()).as(which).isEqualTo("ann@example.com");
    assertThat(to.getPersonal()).as(which).isEqualTo(mail.to().name());
    checkParts(which, read, message);
  }

  private static String header(MimeMessage read, String name) throws Exception {
    // As a reader does it: unfold, then drop the blanks between two encoded words and decode.
    String value = MimeUtility.unfold(read.getHeader(name)[0]);
    return ENCODED_WORD.matcher(value).find() ? MimeUtility.decodeText(value) : value;
  }

  private static void checkParts(String which, MimeMessage read, EmailMessage message)
      throws Exception {
    List<Part> parts = new ArrayList<>();
    collect(read, parts);
    List<String> texts = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (Part part : parts) {
      if (part.getFileName() == null) {
        texts.add((String) part.getContent());
      } else {
        files.add(part.getFileName() + Arrays.toString(part.getInputStream().readAllBytes()));
      }
    }
    List<String> expected = new ArrayList<>();
    message.text().ifPresent(t -> expected.add(ended(t, parts.size())));
    message.html().ifPresent(t -> expected.add(ended(t, parts.size())));
    assertThat(texts).as(which).isEqualTo(expected);
    assertThat(files)
        .as(which)
        .containsExactlyInAnyOrderElementsOf(
            message.attachments().stream()
                .map(a -> a.fileName() + Arrays.toString(a.content()))
                .toList());
  }

  /** A message that is one text ends its last line, as SMTP demands. */
  private static String ended(String text, int parts) {
    String normal = Texts.withCrlf(text);
    boolean base64 = normal.getBytes(StandardCharsets.UTF_8).length > 2 * ascii(normal);
    return parts > 1 || base64 || normal.endsWith("\r\n") ? normal : normal + "\r\n";
  }

  private static long ascii(String text) {
    return text.chars().filter(c -> c < 0x80).count();
  }

  private static void collect(Part part, List<Part> to) throws Exception {
    if (part.isMimeType("multipart/*")) {
      Multipart multipart = (Multipart) part.getContent();
      for (int i = 0; i < multipart.getCount(); i++) {
        BodyPart inner = multipart.getBodyPart(i);
        collect(inner, to);
      }
    } else {
      to.add(part);
    }
  }

  private static void checkLines(String which, byte[] wire) {
    String all = new String(wire, StandardCharsets.ISO_8859_1);
    assertThat(all.chars().allMatch(c -> c < 0x80)).as(which).isTrue();
    assertThat(all.replace("\r\n", "")).as(which).doesNotContain("\r").doesNotContain("\n");
    for (String line : all.split("\r\n", -1)) {
      assertThat(line.length()).as(which).isLessThanOrEqualTo(999); // with a stuffed dot
      if (ENCODED_WORD.matcher(line).find()) {
        assertThat(line.length()).as(which).isLessThanOrEqualTo(76);
      }
    }
  }

  private static byte[] wire(CheckedMail mail) throws UnsendableException {
    MimeMail composed = new MimeComposer(null, InstantSource.system()).compose(mail);
    return Arrays.copyOf(composed.data(), composed.length());
  }

  private static byte[] unstuffed(byte[] wire) {
    String all = new String(wire, StandardCharsets.ISO_8859_1);
    String message = all.substring(0, all.length() - ".\r\n".length());
    return message.replace("\r\n..", "\r\n.").getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/x; a", "text/x; =", "image/png; a=\"b", "a/b; c=d e"})
  void malformedContentTypeIsRefused(String type) throws Exception {
    CheckedMail mail =
        CheckedMail.of(
            Mails.with(Mails.message().attachment(Attachment.file("a", type, new byte[1])).build()),
            Mailbox.parse("shop@example.com", "from"));
    assertThatThrownBy(() -> wire(mail))
        .isInstanceOfSatisfying(
            UnsendableException.class,
            e -> assertThat(e.outcome()).isEqualTo(new Outcome.Rejected("not_mime")));
  }

  @Test
  void noContentCanEndAPartEarly() throws Exception {
    String first = new String(wire(mail("text", "html")), StandardCharsets.US_ASCII);
    String delimiter = first.lines().filter(l -> l.startsWith("--=_")).findFirst().orElseThrow();
    MimeMessage read =
        new MimeMessage(
            SESSION, new ByteArrayInputStream(unstuffed(wire(mail(delimiter, "html")))));

    List<Part> parts = new ArrayList<>();
    collect(read, parts);
    assertThat(parts).hasSize(2);
    assertThat(parts.get(0).getContent()).isEqualTo(delimiter);
  }

  private static CheckedMail mail(String text, String html) throws UnsendableException {
    return CheckedMail.of(
        Mails.with(EmailMessage.builder().subject("s").text(text).html(html).build()),
        Mailbox.parse("shop@example.com", "from"));
  }
}
