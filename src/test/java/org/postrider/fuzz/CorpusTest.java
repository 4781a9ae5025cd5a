package org.postrider.fuzz;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays to each target what the fuzzer has found so far, some of it with a few octets changed, and some chance octets. */
class CorpusTest {
    private static final Path CORPUS = Path.of("fuzz/corpus");
    private static final int CHANCES = 200;

    static Stream<Class<?>> targets() {
        return Stream.of(
                SessionFuzz.class,
                AddressFuzz.class,
                HeaderFuzz.class,
                TlsRecordFuzz.class,
                ReplyFuzz.class,
                SaslFuzz.class,
                SaslPrepFuzz.class,
                ProxyHeaderFuzz.class,
                MilterFuzz.class,
                ClamdFuzz.class,
                SevenBitFuzz.class,
                SpfFuzz.class,
                AuthenticationResultsFuzz.class,
                AggregateReportFuzz.class,
                DkimSignatureFuzz.class,
                DkimKeyFuzz.class,
                ArcFuzz.class,
                BounceFuzz.class,
                StsPolicyFuzz.class,
                TlsReportFuzz.class,
                TlsaFuzz.class,
                SrsFuzz.class);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void survivesTheCorpus(Class<?> target) throws Exception {
        Method entry = target.getMethod("fuzzerTestOneInput", byte[].class);
        for (byte[] input : inputs(target)) {
            try {
                entry.invoke(null, (Object) input);
            } catch (InvocationTargetException e) {
                throw new AssertionError(
                        target.getSimpleName() + " on "
                                + java.util.HexFormat.of().formatHex(input),
                        e.getCause());
            }
        }
    }

    private static List<byte[]> inputs(Class<?> target) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        Path folder = CORPUS.resolve(target.getSimpleName());
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    inputs.add(Files.readAllBytes(file));
                }
            }
        }
        Random random = new Random(1);
        int found = inputs.size();
        for (int i = 0; i < CHANCES && found > 0; i++) {
            inputs.add(changed(inputs.get(random.nextInt(found)), random));
        }
        for (int i = 0; i < CHANCES; i++) {
            byte[] chance = new byte[random.nextInt(300)];
            random.nextBytes(chance);
            inputs.add(chance);
        }
        return inputs;
    }

    private static byte[] changed(byte[] input, Random random) {
        byte[] changed = Arrays.copyOf(input, input.length - random.nextInt(1 + input.length / 8));
        for (int i = 0; i < 3 && changed.length > 0; i++) {
            byte other = input[random.nextInt(input.length)];
            changed[random.nextInt(changed.length)] = random.nextBoolean() ? other : (byte) random.nextInt(256);
        }
        return changed;
    }
}
