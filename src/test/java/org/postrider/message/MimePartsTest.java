package org.postrider.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

/** The parts of messages that were read whole. */
class MimePartsTest {
    private static final String MESSAGE = """
            Subject: a
             b
            Received: one
            Received: two
            Content-Type: multipart/mixed; boundary="x"

            --x

            text
            --x
            Content-Type: application/zip; name="C:\\\\in\\\\type.zip"
            Content-Disposition: attachment;
              filename="../../report!a!1!2.zip"
            Content-Transfer-Encoding: base64

            UEs=
            --x
            Content-Type: message/rfc822

            From: inner@example.net
            Content-Transfer-Encoding: quoted-printable

            a=3Db=
            c
            --x--
            """;

    private static MimeParts parts(String message, int octetsMax) throws IOException {
        return MimeParts.of(new ByteArrayInputStream(message.getBytes(StandardCharsets.UTF_8)), octetsMax);
    }

    private static String content(MimeParts.Part part) {
        return new String(part.content(), StandardCharsets.UTF_8);
    }

    @Test
    @Requirement("RFC 2046 §5.1")
    void areDecodedAndNamed() throws IOException {
        for (String message : new String[] {MESSAGE, MESSAGE.replace("\n", "\r\n")}) {
            MimeParts parts = parts(message, 10_000);
            assertThat(parts.fault()).isNull();
            assertThat(parts.parts())
                    .extracting(MimeParts.Part::mediaType)
                    .containsExactly(
                            "multipart/mixed", "text/plain", "application/zip", "message/rfc822", "text/plain");
            assertThat(content(parts.parts().get(1))).isEqualTo("text");
            assertThat(content(parts.parts().get(2))).isEqualTo("PK");
            assertThat(parts.parts().get(2).fileName()).contains("report!a!1!2.zip");
            assertThat(parts.parts().get(4).field("from")).contains("inner@example.net");
            assertThat(content(parts.parts().get(4))).isEqualTo("a=bc");
            assertThat(parts.parts().getFirst().field("subject")).contains("a b");
            assertThat(MimeParts.fields(parts.parts().getFirst().header(), "Received"))
                    .containsExactly("one", "two");
        }
    }

    @Test
    void areBounded() throws IOException {
        MimeParts few = parts(MESSAGE, 6);
        assertThat(content(few.parts().get(1))).isEqualTo("text");
        assertThat(few.parts().get(2).cut()).isTrue();
        String many = "Content-Type: multipart/mixed; boundary=x\n\n" + "--x\n\n".repeat(MimeParts.PARTS_MAX + 50);
        assertThat(parts(many, 10).parts()).hasSize(MimeParts.PARTS_MAX);
    }
}
