package dev.notifykit.benchmarks.spring;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Starts the same application again and again, each time in a JVM of its own: without NotifyKit,
 * with the starter and mail, and with everything. The modules are taken off the class path; what
 * they bring stays on it, unused.
 */
final class SpringStart {
  private static final int ROUNDS = Integer.getInteger("rounds", 9);

  private static final List<String> MODULES =
      List.of("core", "spring-boot-starter", "email", "apns", "fcm", "sms");
  private static final Pattern MODULE =
      Pattern.compile("[/\\\\]notify-(" + String.join("|", MODULES) + ")\\b");

  private record Contestant(String name, List<String> modules, List<String> properties) {}

  private static final List<String> MAIL =
      List.of("--notify.email.smtp.host=localhost", "--notify.email.smtp.from=shop@example.com");

  private SpringStart() {}

  public static void main(String[] args) throws Exception {
    List<Contestant> contestants =
        List.of(
            new Contestant("without", List.of(), List.of()),
            new Contestant("mail", List.of("core", "spring-boot-starter", "email"), MAIL),
            new Contestant("everything", MODULES, everything()));
    Map<String, List<long[]>> figures = new LinkedHashMap<>();
    for (int round = 0; round <= ROUNDS; round++) {
      for (Contestant contestant : contestants) {
        long[] figure = start(contestant);
        if (round > 0) { // the first round warms the disk's cache
          figures.computeIfAbsent(contestant.name(), n -> new ArrayList<>()).add(figure);
        }
      }
    }
    figures.forEach(SpringStart::print);
    long[] ours = figures.get("mail").stream().mapToLong(f -> f[1]).toArray();
    long[] floor = figures.get("without").stream().mapToLong(f -> f[1]).toArray();
    System.out.printf(
        "RESULT spring-start ours=%d floor=%d unit=ms-cpu%n", median(ours), median(floor));
  }

  private static List<String> everything() throws GeneralSecurityException {
    return Stream.concat(
            MAIL.stream(),
            Stream.of(
                "--notify.sms.twilio.account-sid=ACfa0e0000000000000000000000000001",
                "--notify.sms.twilio.auth-token=token",
                "--notify.sms.twilio.from=+15005550006",
                "--notify.push.apns.signing-key=" + key("EC", 256),
                "--notify.push.apns.key-id=ABC123DEFG",
                "--notify.push.apns.team-id=DEF123GHIJ",
                "--notify.push.apns.topics=com.example.shop",
                "--notify.push.fcm.credentials=" + serviceAccount()))
        .toList();
  }

  private static String serviceAccount() throws GeneralSecurityException {
    return "{\"type\":\"service_account\",\"project_id\":\"demo\",\"client_id\":\"1\","
        + "\"client_email\":\"a@demo.iam.gserviceaccount.com\",\"private_key_id\":\"1\","
        + "\"private_key\":\""
        + key("RSA", 2048).replace("\n", "\\n")
        + "\",\"token_uri\":\"https://localhost/token\"}";
  }

  private static String key(String algorithm, int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
        + "\n-----END PRIVATE KEY-----\n";
  }

  private static long[] start(Contestant contestant) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", classPath(contestant), Started.class.getName()));
    command.addAll(
        List.of(
            "--server.port=0",
            "--spring.main.banner-mode=off",
            "--logging.level.root=warn",
            "--spring.datasource.url=jdbc:h2:mem:start;WRITE_DELAY=0"));
    command.addAll(contestant.properties());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output
        .lines()
        .filter(line -> line.startsWith(Started.READY))
        .map(line -> line.substring(Started.READY.length()).split(" "))
        .map(words -> Arrays.stream(words).mapToLong(Long::parseLong).toArray())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(output));
  }

  private static String classPath(Contestant contestant) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> contestant.modules().containsAll(modules(entry)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Returns the module that is in an entry: a jar named after it, or the place it is built in. */
  private static List<String> modules(String entry) {
    Matcher matcher = MODULE.matcher(entry);
    return matcher.find() ? List.of(matcher.group(1)) : List.of();
  }

  private static void print(String name, List<long[]> figures) {
    System.out.printf(
        "%-12s start %5d ms   cpu %5d ms   resident %6d KiB   heap after gc %6d KiB%n",
        name, column(figures, 0), column(figures, 1), column(figures, 2), column(figures, 3));
  }

  private static long column(List<long[]> figures, int column) {
    return median(figures.stream().mapToLong(f -> f[column]).toArray());
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
