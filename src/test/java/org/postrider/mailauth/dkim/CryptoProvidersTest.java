package org.postrider.mailauth.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.mail.Domain;

final class CryptoProvidersTest {
    private static final byte[] OCTETS = "signed".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @EnumSource
    void eachProviderVerifiesWhatAnotherHasSigned(SigningAlgorithm algorithm) {
        DkimKeyPair pair = DkimKeyPair.generate(algorithm);
        String record = DkimRecord.of(new Domain("d.example"), "s1", pair).text();
        DkimKey published = ((DkimKey.Usable) DkimKey.read(record)).key();
        List<CryptoProviders> providers = List.of(CryptoProviders.jdk(), CryptoProviders.best());
        for (CryptoProviders signing : providers) {
            byte[] signature = new KeySigner(signing, Runnable::run, pair)
                    .sign(OCTETS)
                    .toCompletableFuture()
                    .join();
            assertThat(providers).allMatch(each -> each.verify(algorithm, published.key(), OCTETS, signature));
            signature[10] ^= 1;
            assertThat(providers).noneMatch(each -> each.verify(algorithm, published.key(), OCTETS, signature));
        }
    }
}
