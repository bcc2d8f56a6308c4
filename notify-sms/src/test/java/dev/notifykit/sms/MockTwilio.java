package dev.notifykit.sms;

import dev.notifykit.test.provider.FakeHttpService;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;

/** Twilio's Message resource, as its documentation shows its answers. */
final class MockTwilio extends FakeHttpService {
  static final String ACCOUNT = "AC00000000000000000000000000000001";
  static final String TOKEN = "canary-auth-token-77aa";

  private final AtomicInteger messages = new AtomicInteger();

  @Override
  protected MockResponse reply(ServiceBehaviour to) {
    return switch (to) {
      case REJECT -> error(400, 21602);
      case INVALID_TARGET -> error(400, 21211);
      case OPTED_OUT -> error(400, 21610);
      case THROTTLE_TARGET -> error(429, 14107);
      case THROTTLE_PROVIDER -> error(429, 20429);
      case FAIL_FOR_NOW -> error(400, 30017);
      case REFUSE_CREDENTIALS -> error(401, 20003);
      case FAIL_UNCLEAR -> json(500, "{}");
      default -> json(201, message(messages.incrementAndGet()));
    };
  }

  static MockResponse error(int status, int code) {
    return json(
        status,
        """
        {"code":%d,"message":"as documented","more_info":"https://www.twilio.com/docs/errors/%d",\
        "status":%d}"""
            .formatted(code, code, status));
  }

  private static String message(int n) {
    return """
        {"account_sid":"%s","api_version":"2010-04-01","body":"b","date_created":\
        "Thu, 24 Aug 2023 05:01:45 +0000","date_sent":null,"date_updated":\
        "Thu, 24 Aug 2023 05:01:45 +0000","direction":"outbound-api","error_code":null,\
        "error_message":null,"from":"+15005550006","messaging_service_sid":null,"num_media":"0",\
        "num_segments":"1","price":null,"price_unit":"USD","sid":"SM%032x","status":"queued",\
        "subresource_uris":{},"tags":null,"to":"+14155550173","uri":"/2010-04-01/x.json"}"""
        .formatted(ACCOUNT, n);
  }

  TwilioProvider.Builder provider() {
    return TwilioProvider.builder()
        .accountSid(ACCOUNT)
        .authToken(TOKEN)
        .from("+15005550006")
        .baseUrl(url());
  }
}
