package org.postrider.interop;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dkim.Canonicalization;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.mailauth.dkim.SigningAlgorithm;

/** Chance messages of one domain, the same in each run, and those who sign them, in all canonical forms. */
final class ChanceMail {
    static final int MESSAGES = 500;
    static final Domain DOMAIN = new Domain("example.net");
    static final DkimKeyPair RSA = DkimKeyPair.generate(SigningAlgorithm.RSA_SHA256);
    static final DkimKeyPair ED25519 = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);

    private ChanceMail() {}

    /** The keys as the DNS has them: {@code r} and {@code e}. */
    static List<DkimRecord> records() {
        return List.of(DkimRecord.of(DOMAIN, "r", RSA), DkimRecord.of(DOMAIN, "e", ED25519));
    }

    /** The keys as dkimpy and opendkim read them from a file instead. */
    static String keyFile() {
        StringBuilder keys = new StringBuilder();
        for (DkimRecord record : records()) {
            keys.append(record.name().ascii()).append(' ').append(record.text()).append('\n');
        }
        return keys.toString();
    }

    static DkimIdentity identity(String selector, DkimKeyPair pair) {
        return new DkimIdentity(DOMAIN, selector, new KeySigner(CryptoProviders.best(), Runnable::run, pair));
    }

    /** Who signs this message: header and body in one of the four pairs of forms, by turns. */
    static DkimSigner signer(int number) {
        DkimSigner.Form usual = DkimSigner.Form.DEFAULT;
        DkimSigner.Form form = new DkimSigner.Form(
                number / 2 % 2 == 0 ? Canonicalization.SIMPLE : Canonicalization.RELAXED,
                number % 2 == 0 ? Canonicalization.SIMPLE : Canonicalization.RELAXED,
                usual.guarded(),
                usual.covered(),
                Optional.empty());
        return new DkimSigner(CryptoProviders.best(), List.of(identity("r", RSA), identity("e", ED25519)), form);
    }

    /** A message with everything that canonical forms look at, as it comes from SMTP. */
    static SampleMail letter(int number) {
        Random random = new Random(number);
        StringBuilder text = new StringBuilder("From: a@example.net\nMessage-ID: <" + number + "@example.net>\n");
        String[] values = {
            "one", "two  words", "tab\tbed", "folded\n more", "folded\n\t  again ", "a;b=c", "\u00c3\u00a9"
        };
        for (String name : List.of("To", "SUBJECT", "Date", "X-Other", "Cc")) {
            if (random.nextInt(4) > 0) {
                text.append(name).append(random.nextBoolean() ? ": " : ":");
                for (int i = random.nextInt(3); i >= 0; i--) {
                    text.append(values[random.nextInt(values.length)]);
                }
                text.append(random.nextInt(5) == 0 ? " \n" : "\n");
            }
        }
        text.append('\n');
        String[] pieces = {
            "word", " ", "  ", "\t", "\n", "\n\n", " \n", "\n ", ".", "x".repeat(90), "\u00c3\u00a4", "--"
        };
        for (int i = random.nextInt(60); i > 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return SampleMail.of(
                text.append(random.nextInt(6) == 0 ? "\n\n\n" : "\n").toString());
    }

    /** Each fifth is changed after it was signed. */
    static boolean isSound(int number) {
        return number % 5 != 4;
    }

    static SampleMail sent(int number, SampleMail signed) {
        return isSound(number) ? signed : SampleMail.of(signed.text() + "changed\n");
    }
}
