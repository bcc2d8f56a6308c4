package dev.notifykit.benchmarks;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.Submitter;
import com.gruelbox.transactionoutbox.TransactionManager;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import com.gruelbox.transactionoutbox.TransactionOutboxEntry;
import com.gruelbox.transactionoutbox.TransactionOutboxListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;

/** Job libraries on the same database, each doing nothing with the same payload, by the hundred. */
final class JdbcPeers {
  private static final int BATCH = 100;
  private static final LongAdder DONE = new LongAdder();

  private final Database db;
  private final Stopwatch watch;
  private final String payload;

  JdbcPeers(Database db, Stopwatch watch, String payload) {
    this.db = db;
    this.watch = watch;
    this.payload = payload;
  }

  /** Lock-and-fetch on 20 threads; H2 knows fetch only. */
  double dbScheduler(int jobs) throws Exception {
    boolean h2 = db.kind == Database.Kind.H2;
    db.execute(
        "CREATE TABLE scheduled_tasks (task_name VARCHAR(100) NOT NULL, task_instance VARCHAR(100)"
            + " NOT NULL, task_data "
            + (h2 ? "BLOB" : "BYTEA")
            + ", execution_time TIMESTAMP WITH TIME ZONE NOT NULL, picked BOOLEAN NOT NULL,"
            + " picked_by VARCHAR(50), last_success TIMESTAMP WITH TIME ZONE, last_failure"
            + " TIMESTAMP WITH TIME ZONE, consecutive_failures INT, last_heartbeat TIMESTAMP WITH"
            + " TIME ZONE, version BIGINT NOT NULL, priority SMALLINT, PRIMARY KEY (task_name,"
            + " task_instance))",
        "CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time)",
        "CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)");
    LongAdder done = new LongAdder();
    OneTimeTask<String> task =
        Tasks.oneTime("notify", String.class).execute((job, context) -> done.increment());
    SchedulerBuilder builder =
        Scheduler.create(db.pool(), task).threads(20).pollingInterval(Duration.ofMillis(10));
    Scheduler scheduler =
        (h2 ? builder.pollUsingFetchAndLockOnExecute(1, 6) : builder.pollUsingLockAndFetch(1, 6))
            .build();
    double rate =
        watch.time(
            jobs,
            () -> {
              scheduler.start();
              for (int i = 0; i < jobs; i += BATCH) {
                List<TaskInstance<?>> batch = new ArrayList<>(BATCH);
                for (int j = i; j < i + BATCH; j++) {
                  batch.add(task.instance("job-" + j, payload));
                }
                scheduler.scheduleBatch(batch, Instant.now());
              }
              Threads.await(() -> done.sum() >= jobs);
            });
    scheduler.stop();
    db.clear();
    return rate;
  }

  /** Scheduled by the hundred in a transaction, run on 8 threads as each commits. */
  double transactionOutbox(int jobs) throws Exception {
    LongAdder done = new LongAdder();
    TransactionManager transactions = TransactionManager.fromDataSource(db.pool());
    ExecutorService workers = Executors.newFixedThreadPool(8);
    TransactionOutbox outbox =
        TransactionOutbox.builder()
            .transactionManager(transactions)
            .persistor(
                Persistor.forDialect(
                    db.kind == Database.Kind.H2 ? Dialect.H2 : Dialect.POSTGRESQL_9))
            .instantiator(Instantiator.using(type -> new Work()))
            .submitter(Submitter.withExecutor(workers))
            .listener(
                new TransactionOutboxListener() {
                  @Override
                  public void success(TransactionOutboxEntry entry) {
                    done.increment();
                  }
                })
            .build();
    double rate =
        watch.time(
            jobs,
            () -> {
              for (int i = 0; i < jobs; i += BATCH) {
                transactions.inTransaction(
                    () -> {
                      for (int j = 0; j < BATCH; j++) {
                        outbox.schedule(Work.class).run(payload);
                      }
                    });
              }
              Threads.await(() -> done.sum() >= jobs);
            });
    workers.shutdownNow();
    db.clear();
    return rate;
  }

  /** Enqueued by the hundred, run by 64 workers; 5 s is the shortest it polls. */
  double jobRunr(int jobs) throws Exception {
    StorageProvider storage = SqlStorageProviderFactory.using(db.pool());
    JobScheduler scheduler =
        JobRunr.configure()
            .useStorageProvider(storage)
            .useBackgroundJobServer(
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                    .andWorkerCount(64)
                    .andPollInterval(Duration.ofSeconds(5)))
            .initialize()
            .getJobScheduler();
    long before = DONE.sum();
    double rate =
        watch.time(
            jobs,
            () -> {
              for (int i = 0; i < jobs; i += BATCH) {
                scheduler.<String>enqueue(
                    IntStream.range(0, BATCH).mapToObj(j -> payload), text -> Work.count(text));
              }
              Threads.await(() -> DONE.sum() - before >= jobs);
            });
    JobRunr.destroy();
    db.clear();
    return rate;
  }

  /** The job of the libraries that call a method. */
  public static class Work {
    public void run(String text) {}

    public static void count(String text) {
      DONE.increment();
    }
  }
}
