package org.postrider.event;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each event to several listeners; one that fails takes nothing from the others. Thread: any. */
public final class EventFanOut implements Events {
    private static final Logger LOG = LoggerFactory.getLogger(EventFanOut.class);

    private final List<Events> listeners;

    public EventFanOut(List<Events> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void publish(Event event) {
        for (Events listener : listeners) {
            try {
                listener.publish(event);
            } catch (RuntimeException e) {
                LOG.error("a listener failed on {}", name(event), e);
            }
        }
    }

    private static String name(Event event) {
        return switch (event) {
            case Event.OfMessage of -> "an event of message " + of.id();
            case Event.OfAccounts _ -> "an event of the accounts";
            case Event.Rejected rejected -> "a refusal of mail from " + rejected.client();
        };
    }
}
