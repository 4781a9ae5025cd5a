package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code postrider}, in a checkout that is made up, with a JDK that only tells how it was called. */
@Timeout(30)
@EnabledOnOs({OS.LINUX, OS.MAC})
final class LauncherTest {
    private static final String TELLS_ITS_ARGUMENTS =
            "#!/bin/sh\necho \"home=$JAVA_HOME\"\npwd\nprintf '<%s>\\n' \"$@\"\n";

    @TempDir
    private Path directory;

    private Path checkout;
    private Path jdk;
    private String javaOptions = "";

    /** What the script came to; both of its outputs. */
    private record Result(int code, String output) {}

    @BeforeEach
    void layOut() throws IOException {
        checkout = Files.createDirectories(directory.resolve("a check out"));
        Path script = Path.of("postrider").toAbsolutePath();
        executable(checkout.resolve("postrider"), Files.readString(script));
        Files.createDirectories(checkout.resolve("src/main"));
        Files.writeString(checkout.resolve("src/main/Source.java"), "");
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.createDirectories(checkout.resolve("target"));
        Files.writeString(checkout.resolve("target/postrider.jar"), "");
        Path stamp = Files.writeString(checkout.resolve("target/postrider.stamp"), "");
        Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().plusSeconds(60)));
        jdk = jdk("a jdk", "25.0.1");
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(directory.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        executable(home.resolve("bin/java"), TELLS_ITS_ARGUMENTS);
        executable(home.resolve("bin/javac"), "#!/bin/sh\n");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result run(Path script, Path javaHome, Path path, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().put("HOME", directory.resolve("nobody").toString());
        builder.environment().put("PATH", path + ":/usr/bin:/bin");
        builder.environment().put("POSTRIDER_JAVA_OPTS", javaOptions);
        Path output = directory.resolve("output");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    private Result run(Path script, String... arguments) throws IOException, InterruptedException {
        return run(script, jdk, directory.resolve("no-path"), arguments);
    }

    @Test
    void becomesTheJvmWithTheArgumentsAsTheyAre() throws IOException, InterruptedException {
        Result result = run(checkout.resolve("postrider"), "send", "--body", "two words", "*");
        assertThat(result.code()).isZero();
        assertThat(result.output())
                .contains("home=" + jdk + "\n")
                .contains("<-jar>\n<" + checkout.toRealPath()
                        + "/target/postrider.jar>\n<send>\n<--body>\n<two words>\n<*>");
    }

    @Test
    void optionsOfTheUserComeLastAndWin() throws IOException, InterruptedException {
        javaOptions = "-Xmx1g -Da=b";
        String output = run(checkout.resolve("postrider"), "serve").output();
        assertThat(output).contains("<-Xmx1g>\n<-Da=b>\n<-jar>");
        assertThat(output.indexOf("<-Xmx")).isLessThan(output.indexOf("<-Xmx1g>"));
    }

    @Test
    void staysInTheDirectoryOfItsCaller() throws IOException, InterruptedException {
        assertThat(run(checkout.resolve("postrider"), "serve").output()).contains("\n" + directory.toRealPath() + "\n");
    }

    @Test
    void isFoundThroughSymbolicLinks() throws IOException, InterruptedException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path absolute = Files.createSymbolicLink(bin.resolve("absolute"), checkout.resolve("postrider"));
        Path relative = Files.createSymbolicLink(bin.resolve("relative"), Path.of("absolute"));
        Result result = run(relative, "serve");
        assertThat(absolute).isSymbolicLink();
        assertThat(result.output()).contains("<" + checkout.toRealPath() + "/target/postrider.jar>");
    }

    @Test
    void prefersAGoodJdkOnThePathToAnOldJavaHome() throws IOException, InterruptedException {
        Path old = jdk("old", "17.0.15");
        Result result = run(checkout.resolve("postrider"), old, jdk.resolve("bin"), "serve");
        assertThat(result.code()).isZero();
        assertThat(result.output()).contains("home=" + jdk.toRealPath() + "\n");
    }

    @Test
    void saysHowToGetAJdkWhereThereIsNone() throws IOException, InterruptedException {
        // Whatever JDKs this machine has are hidden by a version that none has.
        Path script = checkout.resolve("postrider");
        executable(script, Files.readString(script).replace("java_version_min=25", "java_version_min=9999"));
        Result result = run(script, "serve");
        assertThat(result.code()).isEqualTo(ExitCodes.REFUSED);
        assertThat(result.output()).contains("needs a JDK of version 9999").contains("JAVA_HOME (" + jdk + ")");
    }

    @Test
    void buildsFirstWhereASourceIsNewer() throws IOException, InterruptedException {
        Path maven = Files.createDirectories(directory.resolve("maven"));
        executable(maven.resolve("mvn"), "#!/bin/sh\necho \"built in $(pwd) with $JAVA_HOME: $*\"\n");
        Path source = checkout.resolve("src/main/Source.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(120)));
        Result result = run(checkout.resolve("postrider"), jdk, maven, "serve");
        assertThat(result.code()).isZero();
        assertThat(result.output())
                .contains("built in " + checkout.toRealPath() + " with " + jdk)
                .contains("<serve>");
    }

    @Test
    void usesTheCacheOfLoadedClassesWhereThereIsOne() throws IOException, InterruptedException {
        String cached = "<-XX:AOTCache=" + checkout.toRealPath() + "/target/postrider.aot>";
        assertThat(run(checkout.resolve("postrider"), "serve").output()).doesNotContain("AOTCache");
        Files.writeString(checkout.resolve("target/postrider.aot"), "");
        assertThat(run(checkout.resolve("postrider"), "serve", "two words").output())
                .contains(cached)
                .contains("<serve>\n<two words>");
    }

    @Test
    void usesTheCacheBesideALimitOfTheHeapAlone() throws IOException, InterruptedException {
        Files.writeString(checkout.resolve("target/postrider.aot"), "");
        javaOptions = "-Xmx400m";
        String limited = run(checkout.resolve("postrider"), "serve").output();
        javaOptions = "-Xmn96m -XX:MetaspaceSize=99m";
        String other = run(checkout.resolve("postrider"), "serve").output();
        assertThat(limited).contains("<-XX:AOTCache=").contains("<-Xmx400m>\n<-jar>");
        assertThat(other).doesNotContain("AOTCache").contains("<-Xmn96m>\n<-XX:MetaspaceSize=99m>\n<-jar>");
    }

    @Test
    void aBuildMakesTheCacheAnew() throws IOException, InterruptedException {
        Path maven = Files.createDirectories(directory.resolve("maven"));
        executable(maven.resolve("mvn"), "#!/bin/sh\n");
        Path stale = Files.writeString(checkout.resolve("target/postrider.aot"), "of an earlier build");
        Files.delete(checkout.resolve("target/postrider.stamp"));
        assertThat(run(checkout.resolve("postrider"), jdk, maven, "serve").output())
                .contains("<serve>")
                .doesNotContain("AOTCache");
        assertThat(stale).doesNotExist();
        Files.delete(checkout.resolve("target/postrider.stamp"));
        executable(jdk.resolve("bin/java"), """
            #!/bin/sh
            for argument; do
                case $argument in -XX:AOTCacheOutput=*) echo made >"${argument#*=}"; exit 0 ;; esac
            done
            printf '<%s>\\n' "$@"
            """);
        assertThat(run(checkout.resolve("postrider"), jdk, maven, "serve").output())
                .contains("<-XX:AOTCache=" + checkout.toRealPath() + "/target/postrider.aot>");
        assertThat(stale).hasContent("made");
    }

    @Test
    void aRehearsalThatFailsIsToldAndHindersNothing() throws IOException, InterruptedException {
        Path maven = Files.createDirectories(directory.resolve("maven"));
        executable(maven.resolve("mvn"), "#!/bin/sh\n");
        Files.delete(checkout.resolve("target/postrider.stamp"));
        executable(jdk.resolve("bin/java"), """
            #!/bin/sh
            for argument; do
                case $argument in --rehearse) echo no room; exit 1 ;; esac
            done
            printf '<%s>\\n' "$@"
            """);
        Result result = run(checkout.resolve("postrider"), jdk, maven, "serve");
        assertThat(result.code()).isZero();
        assertThat(result.output())
                .contains("the rehearsal failed")
                .contains("no room")
                .contains("<serve>");
        assertThat(checkout.resolve("target/postrider.stamp")).exists();
    }

    @Test
    void aBuildThatFailsStartsNothing() throws IOException, InterruptedException {
        Path maven = Files.createDirectories(directory.resolve("maven"));
        executable(maven.resolve("mvn"), "#!/bin/sh\nexit 1\n");
        Files.delete(checkout.resolve("target/postrider.stamp"));
        Result result = run(checkout.resolve("postrider"), jdk, maven, "serve");
        assertThat(result.code()).isEqualTo(ExitCodes.INTERNAL);
        assertThat(result.output()).contains("the build failed").doesNotContain("<serve>");
        assertThat(checkout.resolve("target/postrider.stamp")).doesNotExist();
    }
}
