package org.postrider.dns;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;

/**
 * One MX record (RFC 5321 §5.1).
 *
 * @param preference 0 to 65535, lower is better
 * @param host {@code null} for the root: the null MX, "this domain takes no mail" (RFC 7505 §3)
 */
public record Mx(int preference, @Nullable Domain host) {
    public boolean isNull() {
        return host == null;
    }
}
