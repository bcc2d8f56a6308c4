package dev.notifykit.benchmarks;

import com.twilio.http.HttpClient;
import com.twilio.http.NetworkHttpClient;
import com.twilio.http.Request;
import com.twilio.http.Response;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.Message;
import com.twilio.type.PhoneNumber;
import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.sms.TwilioProvider;
import dev.notifykit.template.TemplateSource;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Texts through the whole client against {@code createAsync} of Twilio's SDK with its own HTTP
 * client, to a server that answers after 50 ms.
 */
final class Twilio {
  private static final int IN_FLIGHT = 64; // the provider's default
  private static final int OURS = 5_000;
  private static final int PEER = 2_000;
  private static final String SID = "AC00000000000000000000000000000001";
  private static final String FROM = "+15005550006";
  private static final String TO = "+14155550123";

  private Twilio() {}

  public static void main(String[] args) throws Exception {
    new Comparison("twilio", "texts/s")
        .add("ours", Twilio::ours)
        .add("floor", Twilio::floor)
        .add("peer", Twilio::peer)
        .remark(Meter::last)
        .run(2, 5);
    com.twilio.Twilio.destroy();
  }

  private static double ours() {
    try (HttpSink sink = new HttpSink();
        NotificationClient client = client(sink)) {
      client.recipients().save(Recipient.builder("ann").phone(TO).build());
      double rate =
          Sending.through(
              client,
              OURS,
              sink.messages::sum,
              i ->
                  client
                      .notification("order")
                      .to("ann")
                      .via(Channel.SMS)
                      .with("orderNo", i)
                      .send());
      Sending.report("ours", sink);
      return rate;
    }
  }

  private static NotificationClient client(HttpSink sink) {
    return NotificationClient.builder()
        .provider(
            TwilioProvider.builder()
                .accountSid(SID)
                .authToken("token")
                .from(FROM)
                .baseUrl(sink.url())
                .maxInFlight(IN_FLIGHT)
                .build())
        .templates(TemplateSource.of(Map.of("order/sms.txt", "Order {{orderNo}} has shipped.")))
        .build();
  }

  private static double floor() throws Exception {
    try (HttpSink sink = new HttpSink()) {
      double rate =
          Sending.floor(
              sink,
              "/2010-04-01/Accounts/" + SID + "/Messages.json",
              "application/x-www-form-urlencoded",
              "To=%2B14155550123&From=%2B15005550006&Body=Order+1+has+shipped.",
              IN_FLIGHT,
              OURS);
      Sending.report("floor", sink);
      return rate;
    }
  }

  private static double peer() throws Exception {
    try (HttpSink sink = new HttpSink()) {
      TwilioRestClient client =
          new TwilioRestClient.Builder(SID, "token")
              .httpClient(new RedirectedClient(sink.url()))
              .build();
      Semaphore room = new Semaphore(1_000);
      Meter meter = new Meter();
      for (int i = 0; i < PEER; i++) {
        Sending.take(room);
        create(client, i, room);
      }
      room.acquire(1_000);
      double rate = meter.perSecond(PEER);
      Sending.report("peer", sink);
      return rate;
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private static void create(TwilioRestClient client, int i, Semaphore room) {
    Message.creator(new PhoneNumber(TO), new PhoneNumber(FROM), "Order " + i + " has shipped.")
        .createAsync(client)
        .whenComplete(
            (message, failure) -> {
              room.release();
              if (failure != null) {
                failure.printStackTrace();
              }
            });
  }

  /** The SDK's own client, sending to another server: the SDK has Twilio's address built in. */
  private static final class RedirectedClient extends HttpClient {
    private final HttpClient own = new NetworkHttpClient();
    private final String server;

    RedirectedClient(String server) {
      this.server = server;
    }

    @Override
    public Response makeRequest(Request request) {
      Request redirected =
          new Request(
              request.getMethod(),
              server + URI.create(request.constructURL().toString()).getPath());
      redirected.setAuth(request.getUsername(), request.getPassword());
      request
          .getPostParams()
          .forEach((name, values) -> values.forEach(v -> redirected.addPostParam(name, v)));
      return own.makeRequest(redirected);
    }
  }
}
