package dev.notifykit.benchmarks;

import com.sendgrid.Method;
import com.sendgrid.Request;
import com.sendgrid.helpers.mail.Mail;
import com.sendgrid.helpers.mail.objects.Content;
import com.sendgrid.helpers.mail.objects.Email;
import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.email.SendGridProvider;
import dev.notifykit.template.TemplateSource;
import java.io.IOException;
import java.util.Map;

/**
 * Mails through the whole client against SendGrid's SDK as it comes, called from as many threads,
 * to a server that answers after 50 ms. Every mail differs, so that no two go in one request.
 */
final class SendGrid {
  private static final int IN_FLIGHT = 100; // the provider's default
  private static final int OURS = 10_000;
  private static final int PEER = 200;
  private static final String TEXT = "Hello Ann,\r\n\r\nyour order {{orderNo}} has shipped.\r\n";
  private static final String HTML = "<p>Hello Ann,</p><p>your order {{orderNo}} has shipped.</p>";

  private SendGrid() {}

  public static void main(String[] args) throws Exception {
    new Comparison("sendgrid", "mails/s")
        .add("ours", SendGrid::ours)
        .add("floor", SendGrid::floor)
        .add("peer", SendGrid::peer)
        .remark(Meter::last)
        .run(2, 5);
    System.exit(0); // the SDK's threads would keep the process
  }

  private static double ours() {
    try (HttpSink sink = new HttpSink();
        NotificationClient client = client(sink)) {
      client.recipients().save(Recipient.builder("ann").email("ann@example.com").build());
      double rate =
          Sending.through(
              client,
              OURS,
              sink.messages::sum,
              i ->
                  client
                      .notification("order")
                      .to("ann")
                      .via(Channel.EMAIL)
                      .with("orderNo", i)
                      .send());
      Sending.report("ours", sink);
      return rate;
    }
  }

  private static NotificationClient client(HttpSink sink) {
    return NotificationClient.builder()
        .provider(
            SendGridProvider.builder()
                .apiKey("SG.key")
                .from("Shop <shop@example.com>")
                .apiBaseUrl(sink.url())
                .maxInFlight(IN_FLIGHT)
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
    try (HttpSink sink = new HttpSink()) {
      double rate =
          Sending.floor(
              sink, "/v3/mail/send", "application/json", mail(1).build(), IN_FLIGHT, OURS);
      Sending.report("floor", sink);
      return rate;
    }
  }

  private static double peer() throws Exception {
    try (HttpSink sink = new HttpSink()) {
      com.sendgrid.SendGrid sdk = new com.sendgrid.SendGrid("SG.key", /* test= */ true);
      sdk.setHost("localhost:" + sink.port());
      double rate = Sending.fromThreads(IN_FLIGHT, PEER, i -> post(sdk, i));
      Sending.report("peer", sink);
      return rate;
    }
  }

  private static void post(com.sendgrid.SendGrid sdk, int i) {
    try {
      Request request = new Request();
      request.setMethod(Method.POST);
      request.setEndpoint("mail/send");
      request.setBody(mail(i).build());
      if (sdk.api(request).getStatusCode() != 202) {
        throw new IllegalStateException("not accepted");
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Mail mail(int i) {
    Mail mail =
        new Mail(
            new Email("shop@example.com", "Shop"),
            "Order " + i,
            new Email("ann@example.com"),
            new Content("text/plain", TEXT.replace("{{orderNo}}", String.valueOf(i))));
    mail.addContent(new Content("text/html", HTML.replace("{{orderNo}}", String.valueOf(i))));
    return mail;
  }
}
