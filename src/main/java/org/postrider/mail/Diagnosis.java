package org.postrider.mail;

import org.jspecify.annotations.Nullable;

/**
 * Why a delivery attempt ended as it did, in a form for people, logs and notices.
 *
 * @param status what Status of a notice says (RFC 3464 §2.3.4)
 * @param reply the remote's own words, {@code null} where it gave none
 * @param remote the server that was asked, as {@code host [address]:port}, {@code null} where none was reached
 * @param summary one plain sentence, ours; free of CR and LF
 */
public record Diagnosis(
        EnhancedStatus status,
        @Nullable Reply reply,
        @Nullable String remote,
        String summary) {
    /** A diagnosis of our own, before or without any remote server. */
    public static Diagnosis local(String status, String summary) {
        return new Diagnosis(EnhancedStatus.of(status), null, null, summary);
    }

    /** The remote's words where there are any, else ours. */
    public String text() {
        return reply == null ? summary : reply.text();
    }
}
