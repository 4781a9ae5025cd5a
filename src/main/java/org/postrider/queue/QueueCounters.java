package org.postrider.queue;

/**
 * What the engine has done since it started, and where its recipients are now.
 *
 * @param accepted messages taken on, restored ones included
 * @param attempts delivery attempts begun
 * @param delivered recipients, as are the following
 * @param deferred each time a recipient was sent back to wait
 * @param slowDowns times that a site asked us to slow down
 * @param deadSites times that a site was found dead
 */
public record QueueCounters(
        long accepted,
        long attempts,
        long delivered,
        long deferred,
        long bounced,
        long expired,
        long removed,
        long held,
        long slowDowns,
        long deadSites) {}
