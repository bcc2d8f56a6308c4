package dev.notifykit.email;

import dev.notifykit.provider.Outcome;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server. Angus Mail connects, encrypts, authenticates and reads replies; the
 * transaction is held here, because who reports what became of a mail must know which step failed.
 *
 * <p>Phase: {@link #phase} only moves forward within a transaction. Up to and including {@code
 * DATA} a failure means that the mail was not taken (RFC 5321, section 4.1.1.4: without the final
 * dot a server must not deliver); from {@code END_OF_DATA} on only a reply tells.
 *
 * <p>Pipelining (RFC 2920): MAIL, RCPT and DATA leave in one write, and RSET before them when the
 * last transaction was left half-way. A server that refused the recipient may still say 354 to
 * DATA; it gets an empty message, which it cannot deliver to nobody.
 *
 * <p>Used by one thread at a time; only {@link #abort} may come from another.
 */
final class SmtpConnection extends SMTPTransport {
  private static final byte[] NOTHING = ".\r\n".getBytes(StandardCharsets.US_ASCII);

  /**
   * Angus Mail logs the dialogue, addresses, content and all, under the package of the transport's
   * class, which is this one; nothing else logs there through {@code java.util.logging}. Kept here,
   * because the JDK forgets a logger's level with its last reference.
   */
  @SuppressWarnings("UnusedVariable")
  private static final List<Logger> SILENCED =
      List.of(silenced("dev.notifykit.email"), silenced("dev.notifykit.email.protocol"));

  private final SmtpSettings settings;
  private final ConnectionSockets sockets;
  private SmtpPhase phase = SmtpPhase.CONNECT;
  private @Nullable Outcome refusal;
  private boolean reusable;
  private boolean needsReset;
  private int messages;
  private long idleSince;
  private volatile long deadline;
  private volatile long writeDeadline;
  private volatile boolean writing;
  private volatile boolean aborted;

  private static Logger silenced(String name) {
    Logger logger = Logger.getLogger(name);
    logger.setLevel(Level.OFF);
    logger.setFilter(line -> false); // a logging configuration that is read later sets levels anew
    return logger;
  }

  SmtpConnection(SmtpSettings settings) {
    this(settings, new ConnectionSockets());
  }

  private SmtpConnection(SmtpSettings settings, ConnectionSockets sockets) {
    super(
        Session.getInstance(settings.properties(sockets)),
        null,
        "smtp",
        settings.security() == SmtpProvider.Security.TLS);
    this.settings = settings;
    this.sockets = sockets;
  }

  /**
   * Connects, encrypts and authenticates.
   *
   * @return null if all went well, or why not; nothing was sent then
   */
  synchronized @Nullable Outcome open() {
    try {
      connect(settings.host(), settings.port(), settings.username(), settings.password());
      reusable = true;
      return null;
    } catch (MessagingException | RuntimeException e) {
      Outcome decided = refusal;
      return decided != null ? decided : SmtpFailures.opening(phase, lastReply(), e, aborted);
    }
  }

  @Override
  protected boolean ehlo(String domain) throws MessagingException {
    phase = SmtpPhase.EHLO;
    boolean understood = super.ehlo(domain);
    if (!understood && getLastReturnCode() / 100 != 5) {
      throw refuse(SmtpClassifier.classify(phase, lastReply())); // HELO would fare no better
    }
    if (encryptsNext()) {
      phase = SmtpPhase.TLS;
    } else {
      checkAuthentication();
    }
    return understood;
  }

  private boolean encryptsNext() throws MessagingException {
    if (sockets.isEncrypted() || !settings.security().usesStartTls()) {
      return false;
    }
    if (supportsExtension("STARTTLS")) {
      return true;
    }
    if (settings.security() == SmtpProvider.Security.STARTTLS) {
      throw refuse(new Outcome.Misconfigured("starttls_not_offered"));
    }
    return false;
  }

  private void checkAuthentication() throws MessagingException {
    if (settings.username() == null) {
      return;
    }
    if (!sockets.isEncrypted() && !settings.authWithoutTls()) {
      throw refuse(new Outcome.Misconfigured("auth_needs_tls"));
    }
    if (!supportsExtension("AUTH") && !supportsExtension("AUTH=LOGIN")) {
      throw refuse(new Outcome.Misconfigured("auth_not_offered"));
    }
    phase = SmtpPhase.AUTH;
  }

  private MessagingException refuse(Outcome outcome) {
    refusal = outcome;
    return new MessagingException("refused");
  }

  /**
   * Sends one mail.
   *
   * @return what became of it, or null if the server had ended the connection while it was idle:
   *     nothing was sent, and a new connection will do
   */
  synchronized @Nullable Outcome deliver(MimeMail mail) {
    boolean fresh = messages++ == 0;
    sockets.nextMail();
    phase = SmtpPhase.MAIL;
    reusable = false; // until a reply has ended the transaction
    try {
      Outcome outcome = transact(mail);
      return endedWhileIdle(fresh) ? null : outcome;
    } catch (MessagingException | IOException e) {
      return endedWhileIdle(fresh) ? null : SmtpFailures.sending(phase, e, aborted);
    }
  }

  /** No reply but a farewell came to the first command of a connection that had worked before. */
  private boolean endedWhileIdle(boolean fresh) {
    return !fresh && !aborted && phase == SmtpPhase.MAIL && !reusable;
  }

  private Outcome transact(MimeMail mail) throws MessagingException, IOException {
    Outcome unfit = unfit(mail);
    if (unfit != null) {
      reusable = true;
      return unfit;
    }
    Outcome refused = supportsExtension("PIPELINING") ? pipelined(mail) : stepwise(mail);
    if (refused != null) {
      return refused;
    }
    write(mail.data(), mail.length());
    phase = SmtpPhase.END_OF_DATA;
    SmtpReply reply = reply();
    reusable = staysOpen(reply);
    if (isDone(reply)) {
      return new Outcome.Accepted(mail.messageId());
    }
    needsReset = true; // by the book it is not needed; some servers differ
    return SmtpClassifier.classify(phase, reply);
  }

  /** Returns why this server cannot take the mail at all, or null. */
  private @Nullable Outcome unfit(MimeMail mail) {
    if (mail.utf8() && !supportsExtension("SMTPUTF8")) {
      return new Outcome.Rejected("smtputf8_not_offered");
    }
    long limit = sizeLimit();
    return limit > 0 && mail.size() > limit ? new Outcome.Rejected("too_large") : null;
  }

  private long sizeLimit() {
    String parameter = getExtensionParameter("SIZE");
    boolean given = parameter != null && parameter.matches("\\d{1,18}");
    return given ? Long.parseLong(parameter) : 0;
  }

  private @Nullable Outcome pipelined(MimeMail mail) throws MessagingException, IOException {
    boolean reset = needsReset;
    needsReset = true;
    String batch =
        (reset ? "RSET\r\n" : "") + mailCommand(mail) + "\r\n" + rcptCommand(mail) + "\r\nDATA\r\n";
    byte[] bytes = batch.getBytes(StandardCharsets.UTF_8);
    write(bytes, bytes.length);
    SmtpReply first = reply();
    if (reset && !isDone(first)) {
      return SmtpClassifier.classify(SmtpPhase.MAIL, first); // a new connection is in no such state
    }
    SmtpReply mailReply = reset ? reply() : first;
    if (!staysOpen(mailReply)) {
      return SmtpClassifier.classify(SmtpPhase.MAIL, mailReply);
    }
    phase = SmtpPhase.RCPT;
    SmtpReply rcptReply = reply();
    SmtpReply dataReply = staysOpen(rcptReply) ? reply() : rcptReply;
    return judge(mailReply, rcptReply, dataReply);
  }

  /** Returns the first refusal of a batch, or null if the server now waits for the message. */
  private @Nullable Outcome judge(SmtpReply mail, SmtpReply rcpt, SmtpReply data)
      throws MessagingException, IOException {
    boolean wanted = isDone(mail) && isDone(rcpt);
    if (data.code() == 354 && !wanted) {
      sockets.out().write(NOTHING);
      data = reply();
    }
    phase = SmtpPhase.DATA;
    if (wanted && data.code() == 354) {
      needsReset = false;
      return null;
    }
    reusable = staysOpen(data);
    if (!isDone(mail)) {
      return SmtpClassifier.classify(SmtpPhase.MAIL, mail);
    }
    return !isDone(rcpt)
        ? SmtpClassifier.classify(SmtpPhase.RCPT, rcpt)
        : SmtpClassifier.classify(SmtpPhase.DATA, data);
  }

  private @Nullable Outcome stepwise(MimeMail mail) throws MessagingException, IOException {
    if (needsReset) {
      SmtpReply reset = command("RSET");
      if (!isDone(reset)) {
        return SmtpClassifier.classify(SmtpPhase.MAIL, reset);
      }
    }
    needsReset = true;
    SmtpReply reply = command(mailCommand(mail));
    if (isDone(reply)) {
      phase = SmtpPhase.RCPT;
      reply = command(rcptCommand(mail));
    }
    if (isDone(reply)) {
      phase = SmtpPhase.DATA;
      reply = command("DATA");
    }
    if (reply.code() == 354) {
      needsReset = false;
      return null;
    }
    reusable = staysOpen(reply);
    return SmtpClassifier.classify(phase, reply);
  }

  private SmtpReply command(String command) throws MessagingException, IOException {
    byte[] bytes = (command + "\r\n").getBytes(StandardCharsets.UTF_8);
    write(bytes, bytes.length);
    return reply();
  }

  private String mailCommand(MimeMail mail) {
    return "MAIL FROM:<"
        + mail.sender()
        + ">"
        + (supportsExtension("SIZE") ? " SIZE=" + mail.size() : "")
        + (mail.utf8() ? " BODY=8BITMIME SMTPUTF8" : "");
  }

  private static String rcptCommand(MimeMail mail) {
    return "RCPT TO:<" + mail.recipient() + ">";
  }

  /**
   * Writes all of it or fails. A write that fails has not handed its last bytes to the system, so a
   * message whose write failed has not had its final dot sent.
   */
  private void write(byte[] bytes, int length) throws IOException {
    long begun = System.nanoTime();
    writeDeadline = begun + settings.writeTimeout().toNanos();
    writing = true;
    try {
      OutputStream out = sockets.out();
      out.write(bytes, 0, length);
      out.flush();
    } finally {
      writing = false;
    }
  }

  /** Sets when all of the current send must be over, of {@link System#nanoTime}. */
  void deadline(long nanoTime) {
    deadline = nanoTime;
  }

  /** Returns whether the time of the current send, or of one write of it, is up. */
  boolean isOverdue(long now) {
    return now - deadline >= 0 || (writing && now - writeDeadline >= 0);
  }

  private SmtpReply reply() throws MessagingException {
    readServerResponse();
    return lastReply();
  }

  private SmtpReply lastReply() {
    return SmtpReply.of(getLastReturnCode(), getLastServerResponse());
  }

  private static boolean isDone(SmtpReply reply) {
    return reply.code() / 100 == 2;
  }

  /** After 421 the server ends the connection; after 4.5.3 it takes no more mail on it. */
  private static boolean staysOpen(SmtpReply reply) {
    return reply.isReply() && reply.code() != 421 && !"4.5.3".equals(reply.enhanced());
  }

  /** Returns whether another mail can go over it. */
  boolean isReusable() {
    return reusable && !aborted;
  }

  int messages() {
    return messages;
  }

  long idleSince() {
    return idleSince;
  }

  void markIdle(long nanoTime) {
    idleSince = nanoTime;
  }

  /** Ends whatever the connection is doing, from any thread, without waiting. */
  void abort() {
    aborted = true;
    sockets.cut();
  }

  /** Says QUIT where that still makes sense, and releases the socket in any case. */
  @Override
  public synchronized void close() {
    try {
      if (!isReusable()) {
        sockets.cut();
      }
      super.close();
    } catch (MessagingException e) {
      // It was being closed; there is nobody to tell.
    } finally {
      sockets.cut();
    }
  }
}
