package org.postrider.spool;

import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;

/**
 * A recipient's new state.
 *
 * @param recipient index into the envelope's recipients
 */
public record Update(QueueId id, int recipient, RecipientState state) {}
