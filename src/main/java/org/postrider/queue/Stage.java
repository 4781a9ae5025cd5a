package org.postrider.queue;

import org.postrider.queue.QueuedRecipient.Place;

/** Where a recipient is, to the engine; {@link Place} is what people see of it. */
enum Stage {
    /** In the scheduled queue, until it is due. */
    SCHEDULED(Place.SCHEDULED),
    /** In the line of a destination that has been asked for. */
    ROUTING(Place.ROUTING),
    /** In the line of a ready queue. */
    READY(Place.READY),
    /** Its attempt has been journalled and is not durable yet: nothing has been dialled. */
    INTENDED(Place.ATTEMPTING),
    /** Its attempt is in the hands of the transport. */
    ATTEMPTING(Place.ATTEMPTING),
    /** Kept until a person releases it. */
    HELD(Place.HELD),
    /** Its next wait has been journalled and is not durable yet. */
    DEFERRING(Place.SETTLING),
    /** Its hold has been journalled and is not durable yet. */
    HOLDING(Place.SETTLING),
    /** Its final disposition has been journalled and is not durable yet. */
    ENDING(Place.SETTLING);

    private final Place place;

    Stage(Place place) {
        this.place = place;
    }

    Place place() {
        return place;
    }
}
