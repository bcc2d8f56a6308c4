package dev.notifykit.test.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.provider.Provider;
import dev.notifykit.test.Runs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.engine.TestExecutionResult.Status;

/** The contract goes red on providers that break it. */
final class ProviderContractFindsFaultsTest {
  private static LineProvider.Fault current = LineProvider.Fault.NONE;

  @ParameterizedTest
  @CsvSource({
    "LOGS_THE_ADDRESS, acceptedMessageHasTheServicesId",
    "REPEATS_AFTER_A_RESET, resetBeforeTheReplyIsUnknown",
    "PASSES_LINE_ENDS_ON, hostileTextIsRefusedOrEncoded",
    "PASSES_THE_TARGET_ON_AS_IT_IS, hostileTextIsRefusedOrEncoded",
    "LEAVES_THE_TARGET_OUT, concurrentSendsArriveEachWithItsTargetAndText",
    "SENDS_A_TEXT_TWICE, concurrentSendsArriveEachWithItsTargetAndText",
    "NEEDS_A_NAME, whatARequestMayLackIsNotNeeded",
    "NEVER_TIMES_OUT, silenceAfterTheRequestIsUnknownWithinTheTimeout",
    "LEAVES_STAGES_OPEN_ON_CLOSE, closeCompletesWhatIsInFlight"
  })
  void faultTurnsItsCaseRed(LineProvider.Fault fault, String method) {
    current = LineProvider.Fault.NONE;
    assertThat(Runs.of(Faulty.class, method)).containsExactly(Status.SUCCESSFUL);
    current = fault;
    assertThat(Runs.of(Faulty.class, method)).containsExactly(Status.FAILED);
  }

  /** Run by the launcher above only: nested classes are no test classes to the build. */
  static final class Faulty extends ProviderContract {
    @Override
    protected FakeService startService() {
      return new LineService();
    }

    @Override
    protected Provider createProvider(FakeService to, Duration timeout) {
      return new LineProvider(((LineService) to).port(), timeout, current);
    }

    @Override
    protected Duration patience() {
      return TIMEOUT.plusSeconds(3);
    }

    @Override
    protected List<String> secrets() {
      return List.of(LineProvider.SECRET);
    }
  }
}
