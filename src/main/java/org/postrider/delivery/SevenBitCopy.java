package org.postrider.delivery;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.BodyType;
import org.postrider.mail.MailParameters;
import org.postrider.message.SevenBitConversion;
import org.postrider.smtp.client.OutgoingMessage;

/**
 * A message as it goes to a next hop that takes 7-bit lines alone. Found out when it is first needed; nothing of the
 * content is kept.
 *
 * <p>Thread: confined to the attempt's.
 */
final class SevenBitCopy {
    private final OutgoingMessage original;
    private final boolean wanted;
    private @Nullable Copy copy;

    sealed interface Copy {}

    record Made(OutgoingMessage message) implements Copy {}

    /** @param why as the end of a sentence */
    record None(String why) implements Copy {}

    /** Our own content could not be read. */
    record Unreadable(String what) implements Copy {}

    /** @param wanted whether there is to be any */
    SevenBitCopy(OutgoingMessage original, boolean wanted) {
        this.original = original;
        this.wanted = wanted;
    }

    Copy made() {
        Copy known = copy;
        if (known == null) {
            known = make();
            copy = known;
        }
        return known;
    }

    private Copy make() {
        if (!wanted) {
            return new None("");
        }
        boolean binary = original.parameters().body() == BodyType.BINARY_MIME;
        try (InputStream content = original.content().open()) {
            return switch (SevenBitConversion.plan(content, binary)) {
                case SevenBitConversion.Possible(var conversion) -> new Made(converted(conversion));
                case SevenBitConversion.Impossible(var why) -> new None(", and it cannot be converted: " + why);
            };
        } catch (IOException e) {
            return new Unreadable("content unreadable: " + e.getMessage());
        }
    }

    private OutgoingMessage converted(SevenBitConversion conversion) throws IOException {
        MailParameters parameters = original.parameters().carrying(BodyType.SEVEN_BIT);
        try (InputStream content = original.content().open()) {
            return new OutgoingMessage(
                    original.reversePath(),
                    parameters,
                    original.recipients(),
                    conversion.octets(content),
                    () -> conversion.convert(original.content().open()));
        }
    }
}
