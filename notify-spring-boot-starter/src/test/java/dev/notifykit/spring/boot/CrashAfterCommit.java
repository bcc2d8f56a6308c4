package dev.notifykit.spring.boot;

import java.nio.file.Path;
import org.springframework.core.Ordered;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Places an order and dies right after its commit. For a process of its own. */
final class CrashAfterCommit {
  static final int HALTED = 42;

  private CrashAfterCommit() {}

  public static void main(String[] args) {
    H2TransactionTest.inFile(Path.of(args[0]))
        .withUserConfiguration(TransactionCases.Shop.class)
        .run(
            context ->
                new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
                    .executeWithoutResult(
                        status -> {
                          TransactionSynchronizationManager.registerSynchronization(new Halt());
                          context.getBean(TransactionCases.Orders.class).place("A-1", null);
                        }));
  }

  /** First of all synchronizations, so that nobody is woken. */
  private static final class Halt implements TransactionSynchronization, Ordered {
    @Override
    public int getOrder() {
      return HIGHEST_PRECEDENCE;
    }

    @Override
    public void afterCommit() {
      Runtime.getRuntime().halt(HALTED);
    }
  }
}
