package org.postrider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.testing.Requirement;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class MailPreviewTest {
    private static MailPreview preview(String content) throws IOException {
        return MailPreview.of(
                new ByteArrayInputStream(content.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void decodesFieldsAndText() throws IOException {
        MailPreview mail = preview("""
            Subject: =?utf-8?B?R3LDvMOfZQ==?=
             =?iso-8859-1?Q?_aus_K=F6ln?=
            Content-Type: text/plain; charset="iso-8859-1"
            Content-Transfer-Encoding: quoted-printable

            Gr=FC=
            =DFe
            """);
        assertThat(mail.field("subject")).isEqualTo("Grüße aus Köln");
        assertThat(mail.text()).contains("Grüße\r\n");
        assertThat(mail.html()).isEmpty();
    }

    @Test
    void findsThePartsOfAMultipart() throws IOException {
        MailPreview mail = preview("""
            Content-Type: multipart/mixed; boundary="o"

            preamble
            --o
            Content-Type: multipart/alternative; boundary=i

            --i
            Content-Type: text/plain

            plain
            --i
            Content-Type: text/html
            Content-Transfer-Encoding: base64

            PGI+aGk8L2I+
            --i--
            --o
            Content-Type: application/pdf
            Content-Disposition: attachment; filename="bill.pdf"

            x
            --o--
            """);
        assertThat(mail.text()).hasValueSatisfying(text -> assertThat(text).startsWith("plain"));
        assertThat(mail.html()).contains("<b>hi</b>");
        assertThat(mail.others()).singleElement().asString().startsWith("bill.pdf (application/pdf");
    }

    @Test
    @Requirement("E4")
    void survivesNestingAndParts() throws IOException {
        StringBuilder deep = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            deep.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\n\n--b")
                    .append(i)
                    .append('\n');
        }
        assertThat(preview(deep.toString()).text()).isEmpty();
        String many = "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\nContent-Type: x/y\n\n\n".repeat(50_000);
        assertThat(preview(many).others()).hasSizeLessThan(300);
        String long70k = "Content-Type: multipart/mixed; boundary=\"" + "b".repeat(70_000) + "\"\n\n--b\n";
        assertThat(preview(long70k).others()).hasSizeLessThan(2);
        assertThat(preview("Subject: " + "x\n ".repeat(500_000) + "\n\nbody").field("Subject"))
                .hasSizeLessThan(20_000);
    }
}
