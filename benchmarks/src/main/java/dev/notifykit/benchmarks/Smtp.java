package dev.notifykit.benchmarks;

import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.email.SmtpProvider;
import dev.notifykit.template.TemplateSource;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.util.Date;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Mails of an HTML and a text part through the whole client, against Angus Mail alone on as many
 * connections that it keeps open, to the same sink.
 */
final class Smtp {
  private static final int MAILS = 10_000;
  private static final int CONNECTIONS = 4;
  private static final String TEXT =
      "Hello Ann,\r\n\r\nyour order {{orderNo}} has shipped and arrives on Monday.\r\n".repeat(4);
  private static final String HTML =
      "<p>Hello Ann,</p><p>your order <b>{{orderNo}}</b> has shipped and arrives on Monday.</p>"
          .repeat(8);

  private Smtp() {}

  public static void main(String[] args) throws Exception {
    new Comparison("smtp", "mails/s").add("ours", Smtp::ours).add("floor", Smtp::floor).run(2, 5);
  }

  private static double ours() throws Exception {
    try (SmtpSink sink = new SmtpSink();
        NotificationClient client = client(sink)) {
      client.recipients().save(Recipient.builder("ann").email("ann@example.com").build());
      long start = System.nanoTime();
      for (int i = 0; i < MAILS; i++) {
        client.notification("order").to("ann").via(Channel.EMAIL).with("orderNo", i).send();
      }
      while (sink.mails.sum() < MAILS || !client.isIdle()) {
        LockSupport.parkNanos(100_000);
      }
      return MAILS / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static NotificationClient client(SmtpSink sink) {
    return NotificationClient.builder()
        .provider(
            SmtpProvider.builder()
                .host("localhost")
                .port(sink.port())
                .security(SmtpProvider.Security.NONE)
                .from("Shop <shop@example.com>")
                .poolSize(CONNECTIONS)
                .build())
        .templates(
            TemplateSource.of(
                Map.of(
                    "order/email.subject", "Order {{orderNo}}",
                    "order/email.html", HTML,
                    "order/email.txt", TEXT)))
        .build();
  }

  private static double floor() throws Exception {
    try (SmtpSink sink = new SmtpSink()) {
      AtomicInteger next = new AtomicInteger();
      CountDownLatch ended = new CountDownLatch(CONNECTIONS);
      Session session = session(sink);
      long start = System.nanoTime();
      for (int i = 0; i < CONNECTIONS; i++) {
        new Thread(
                () -> {
                  send(session, next);
                  ended.countDown();
                })
            .start();
      }
      ended.await();
      if (sink.mails.sum() != MAILS) {
        throw new IllegalStateException("the floor sent " + sink.mails.sum());
      }
      return MAILS / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static Session session(SmtpSink sink) {
    Properties properties = new Properties();
    properties.put("mail.smtp.host", "localhost");
    properties.put("mail.smtp.port", String.valueOf(sink.port()));
    return Session.getInstance(properties);
  }

  private static void send(Session session, AtomicInteger next) {
    try (Transport transport = session.getTransport("smtp")) {
      transport.connect();
      for (int i = next.getAndIncrement(); i < MAILS; i = next.getAndIncrement()) {
        MimeMessage mail = mail(session, i);
        transport.sendMessage(mail, mail.getAllRecipients());
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("JavaUtilDate") // it is what Angus Mail takes
  private static MimeMessage mail(Session session, int i) throws Exception {
    MimeMessage mail = new MimeMessage(session);
    mail.setFrom(new InternetAddress("shop@example.com", "Shop"));
    mail.setRecipient(Message.RecipientType.TO, new InternetAddress("ann@example.com"));
    mail.setSubject("Order " + i, "UTF-8");
    mail.setSentDate(new Date());
    MimeBodyPart text = new MimeBodyPart();
    text.setText(TEXT.replace("{{orderNo}}", String.valueOf(i)), "UTF-8");
    MimeBodyPart html = new MimeBodyPart();
    html.setText(HTML.replace("{{orderNo}}", String.valueOf(i)), "UTF-8", "html");
    mail.setContent(new MimeMultipart("alternative", text, html));
    mail.saveChanges();
    return mail;
  }
}
