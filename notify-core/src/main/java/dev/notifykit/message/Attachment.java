package dev.notifykit.message;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file that goes with a mail, or an image shown inside its HTML. Immutable. */
public final class Attachment {
  private final String fileName;
  private final String contentType;
  private final byte[] content;
  private final @Nullable String contentId;

  private Attachment(String fileName, String contentType, byte[] content, @Nullable String cid) {
    this.fileName = Checks.name("attachment.fileName", fileName);
    this.contentType = Checks.name("attachment.contentType", contentType);
    this.content = Checks.notNull("attachment.content", content).clone();
    this.contentId = cid == null ? null : Checks.name("attachment.contentId", cid);
    if (contentType.indexOf('/') < 1) {
      throw new InvalidNotificationException("attachment.contentType", "is no type/subtype");
    }
  }

  /**
   * Returns a file to download.
   *
   * @param fileName shown to the reader
   * @param contentType a MIME type, such as {@code application/pdf}
   * @param content copied
   */
  public static Attachment file(String fileName, String contentType, byte[] content) {
    return new Attachment(fileName, contentType, content, null);
  }

  /**
   * Returns an image that the HTML part shows with {@code <img src="cid:...">}.
   *
   * @param contentId the part after {@code cid:}
   * @param fileName shown when the image is saved
   * @param contentType a MIME type, such as {@code image/png}
   * @param content copied
   */
  public static Attachment inline(
      String contentId, String fileName, String contentType, byte[] content) {
    return new Attachment(fileName, contentType, content, Checks.notNull("contentId", contentId));
  }

  /** Returns the file name. */
  public String fileName() {
    return fileName;
  }

  /** Returns the MIME type. */
  public String contentType() {
    return contentType;
  }

  /** Returns a copy of the content. */
  public byte[] content() {
    return content.clone();
  }

  /** Returns the size in bytes. */
  public int size() {
    return content.length;
  }

  /** Returns the content id, if this is an inline image. */
  public Optional<String> contentId() {
    return Optional.ofNullable(contentId);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Attachment a
        && fileName.equals(a.fileName)
        && contentType.equals(a.contentType)
        && Arrays.equals(content, a.content)
        && contentId().equals(a.contentId());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return "Attachment[" + contentType + ", " + content.length + " bytes]";
  }
}
