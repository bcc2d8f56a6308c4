package dev.notifykit.benchmarks.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * F15: the disk under the store is full: a small file system in memory, all but filled by a file
 * that is taken away again.
 */
final class FullDisk implements Fault {
  private static final int SIZE_MB = 192;
  private static final int LEFT_MB = 2;

  @Override
  public void run(Trial trial) throws Exception {
    trial.requireDurable();
    Path disk = Files.createDirectories(trial.directory.resolve("disk"));
    command(trial, "mount", "-t", "tmpfs", "-o", "size=" + SIZE_MB + "m", "tmpfs", disk.toString());
    try (Database database = Database.start(trial.options.store(), disk)) {
      run(trial, database, disk);
    } finally {
      command(trial, "umount", "-l", disk.toString());
    }
  }

  private static void command(Trial trial, String... words) throws InterruptedException {
    try {
      if (new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(trial.directory.resolve(words[0] + ".log").toFile())
              .start()
              .waitFor()
          == 0) {
        return;
      }
    } catch (IOException e) {
      // As if it had been refused.
    }
    throw new NotApplicable("only root may " + words[0] + " a small file system");
  }

  private static void run(Trial trial, Database database, Path disk) throws Exception {
    int most = trial.options.number("sends", 50_000);
    Scene scene = trial.scene(database.address("f15"));
    scene.start(WorkerConfig.DEFAULT.with("filler", 4_000)).awaitReady();
    scene.ask(0, 200);
    trial.require(scene.awaitAcked(Duration.ofMinutes(1)), "not all was acknowledged");
    Path filler = fill(disk);
    int asked = 200;
    while (scene.failedSends() < 50 && asked < most) {
      scene.ask(asked, asked + 20);
      asked += 20;
      Pause.millis(20);
    }
    trial.require(scene.failedSends() > 0, "the disk never was full");
    Pause.millis(3_000);
    trial.note(
        "%d of %d acknowledged, %d sends failed while the disk was full",
        scene.ledger.acked(), asked, scene.failedSends());
    Files.delete(filler);
    recover(trial, database, scene);
    trial.awaitDrained(scene, Trial.PATIENCE);
    scene.endWorkers();
    trial.audit(scene, Trial.ACCEPTED_OR_POISON);
    scene.close();
  }

  private static Path fill(Path disk) throws IOException {
    Path filler = disk.resolve("filler");
    byte[] megabyte = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (Files.getFileStore(disk).getUsableSpace() > (long) LEFT_MB << 20) {
        out.write(megabyte);
      }
    }
    return filler;
  }

  /** What an operator does: room first, then whatever did not come back by itself is restarted. */
  private static void recover(Trial trial, Database database, Scene scene) throws Exception {
    int before = scene.ledger.acked();
    if (Pause.until(Duration.ofSeconds(10), () -> scene.ledger.acked() > before)) {
      trial.note("went on by itself once there was room");
      return;
    }
    for (WorkerHandle worker : scene.up()) {
      worker.kill();
      if (!database.isShared()) {
        trial.addInFlight(scene.markInFlight(worker));
      }
    }
    if (database.isShared()) {
      database.kill();
      database.restart();
    }
    scene.start(WorkerConfig.DEFAULT.with("filler", 4_000)).awaitReady();
    trial.note("went on after a restart");
  }
}
