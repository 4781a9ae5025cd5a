package org.postrider.reception;

import org.postrider.message.HeaderLimits;

/**
 * What content is taken.
 *
 * @param hopsMax a message with so many Received fields has gone in circles (RFC 5321 §6.3: at least 100)
 * @param ownReceivedMax how many of them may be ours: a few honest ways lead through one host more than once
 */
public record ContentLimits(HeaderLimits header, int hopsMax, int ownReceivedMax) {
    public static final ContentLimits DEFAULT = new ContentLimits(HeaderLimits.DEFAULT, 100, 3);

    public ContentLimits {
        if (hopsMax <= 0 || ownReceivedMax <= 0) {
            throw new IllegalArgumentException("hop limits " + hopsMax + ", " + ownReceivedMax);
        }
    }
}
