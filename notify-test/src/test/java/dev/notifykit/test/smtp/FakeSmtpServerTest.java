package dev.notifykit.test.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.Properties;
import okhttp3.tls.HandshakeCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class FakeSmtpServerTest {
  private static void send(FakeSmtpServer to, String recipient, String user, String password)
      throws Exception {
    Properties properties = new Properties();
    properties.put("mail.smtp.starttls.required", "true");
    properties.put("mail.smtp.timeout", "10000");
    properties.put(
        "mail.smtp.ssl.socketFactory",
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(to.certificate())
            .build()
            .sslSocketFactory());
    Session session = Session.getInstance(properties);
    MimeMessage message = new MimeMessage(session);
    message.setFrom(new InternetAddress("shop@example.com"));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress(recipient));
    message.setSubject("주문", "UTF-8");
    message.setText("안녕하세요", "UTF-8");
    message.saveChanges();
    try (Transport transport = session.getTransport("smtp")) {
      transport.connect(to.host(), to.port(), user, password);
      transport.sendMessage(message, message.getAllRecipients());
    }
  }

  @Test
  void keepsWhatItReceivesUnderStartTls() throws Exception {
    try (FakeSmtpServer server = FakeSmtpServer.start()) {
      send(server, "ann@example.com", null, null);

      assertThat(server.received()).hasSize(1);
      ReceivedMail mail = server.received().get(0);
      assertThat(mail.sender()).isEqualTo("shop@example.com");
      assertThat(mail.recipients()).containsExactly("ann@example.com");
      assertThat(mail.subject()).isEqualTo("주문");
      assertThat(mail.text()).contains("안녕하세요");
      assertThat(mail.html()).isEmpty();
      assertThat(mail.headers()).contains("Subject: =?UTF-8?");
      assertThat(mail.toString()).doesNotContain("ann", "주문");
      server.clear();
      assertThat(server.received()).isEmpty();
    }
  }

  @Test
  void rejectsAsTold() throws Exception {
    try (FakeSmtpServer server = FakeSmtpServer.start()) {
      server.reject(a -> a.startsWith("bad"), 550, "5.1.1 No such user");

      assertThatThrownBy(() -> send(server, "bad@example.com", null, null))
          .isInstanceOf(SendFailedException.class);
      send(server, "good@example.com", null, null);
      server.acceptAll();
      send(server, "bad@example.com", null, null);
      assertThat(server.received()).hasSize(2);
    }
  }

  @Test
  void wantsItsCredentials() throws Exception {
    try (FakeSmtpServer server = FakeSmtpServer.builder().credentials("shop", "s3cret").start()) {
      assertThatThrownBy(() -> send(server, "ann@example.com", "shop", "guess"))
          .isInstanceOf(AuthenticationFailedException.class);
      send(server, "ann@example.com", "shop", "s3cret");
      assertThat(server.received()).hasSize(1);
    }
  }

  @Test
  void refusesConnectionsOnceStopped() throws Exception {
    FakeSmtpServer server = FakeSmtpServer.start();
    send(server, "ann@example.com", null, null);
    server.stop();
    server.stop();

    assertThatThrownBy(() -> send(server, "ann@example.com", null, null))
        .isInstanceOf(MessagingException.class);
    assertThat(server.received()).hasSize(1);
  }
}
