package org.postrider.mail;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Makes equal hosts one object, so that a million queued recipients of one domain hold it once. It keeps the last host of
 * each slot and forgets the others: bounded, and never wrong.
 *
 * <p>Thread: any.
 */
public final class MailHostPool {
    private static final int SLOTS = 16_384;

    private final AtomicReferenceArray<MailHost> slots = new AtomicReferenceArray<>(SLOTS);

    /** The same host as {@code host}, and mostly the same object as for the last equal one. */
    public MailHost intern(MailHost host) {
        int hash = host.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        MailHost kept = slots.get(slot);
        if (host.equals(kept)) {
            return kept;
        }
        slots.set(slot, host);
        return host;
    }
}
