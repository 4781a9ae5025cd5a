package org.postrider.queue;

/** The counters while they count. */
final class Tally {
    long accepted;
    long attempts;
    long delivered;
    long deferred;
    long bounced;
    long expired;
    long removed;
    long held;
    long slowDowns;
    long deadSites;

    QueueCounters counters() {
        return new QueueCounters(
                accepted, attempts, delivered, deferred, bounced, expired, removed, held, slowDowns, deadSites);
    }
}
