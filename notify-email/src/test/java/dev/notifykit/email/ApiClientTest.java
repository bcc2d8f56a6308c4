package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.provider.Outcome;
import java.io.IOException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import org.junit.jupiter.api.Test;

final class ApiClientTest {
  @Test
  void streamThatTheServerRefusedWasNotSent() {
    // What OkHttp throws at RST_STREAM, and for what lies beyond the last stream of a GOAWAY.
    IOException refused = new StreamResetException(ErrorCode.REFUSED_STREAM);
    assertThat(ApiClient.outcome(refused, /* begun= */ true))
        .isEqualTo(new Outcome.Retryable("refused_stream"));
  }

  @Test
  void streamThatTheServerCutMayHaveBeenRead() {
    IOException cut = new StreamResetException(ErrorCode.INTERNAL_ERROR);
    assertThat(ApiClient.outcome(cut, /* begun= */ true))
        .isEqualTo(new Outcome.Unknown("no_reply_after_request"));
  }
}
