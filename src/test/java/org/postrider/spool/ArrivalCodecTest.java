package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.mail.Envelope;
import org.postrider.mail.TlsWish;
import org.postrider.testing.Requirement;

final class ArrivalCodecTest {
    private static Arrival wishing(TlsWish wish) {
        Arrival plain = Mails.arrival(3);
        Envelope envelope = plain.envelope();
        return new Arrival(
                new Envelope(envelope.reversePath(), envelope.parameters().wishing(wish), envelope.recipients()),
                plain.at(),
                plain.origin(),
                "<1@example.org>",
                plain.findings());
    }

    private static byte[] written(Arrival arrival) {
        ByteWriter out = new ByteWriter(1_024);
        ArrivalCodec.write(out, arrival);
        return out.toBytes();
    }

    @ParameterizedTest
    @EnumSource(TlsWish.class)
    @Requirement("conf-105")
    void keepsWhatTheSenderWishesOfTls(TlsWish wish) throws DamagedException {
        Arrival arrival = wishing(wish);

        assertThat(ArrivalCodec.read(new ByteReader(written(arrival)))).isEqualTo(arrival);
    }

    @Test
    void writesWhatReleasesBeforeReadWhereNothingIsWished() {
        assertThat(written(wishing(TlsWish.UNSPECIFIED))[0]).isEqualTo((byte) 2);
        assertThat(written(wishing(TlsWish.REQUIRED))[0]).isEqualTo((byte) 3);
    }
}
