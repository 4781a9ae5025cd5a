package org.postrider.event;

/** Where events go. */
public interface Events {
    /** Returns at once; an event is never the reason to wait. Thread: any. */
    void publish(Event event);
}
