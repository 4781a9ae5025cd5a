package org.postrider.simulation;

import java.util.SplittableRandom;

/**
 * How bad a world is: probabilities, drawn from the seed. Each run has a random part of the troubles turned off, as a world
 * with all of them at once hides those that only show in calm.
 */
record Knobs(
        double lostReply,
        double transientReply,
        double permanentReply,
        double greylisting,
        double deadSite,
        double unreachable,
        double dnsUnknown,
        double mxChange,
        double tlsRefusal,
        double slowDown,
        double notTried,
        double clockJump,
        double reload,
        double control,
        double crash,
        Moment aim,
        double aimed,
        long syncMillisMax,
        long attemptMillisMax,
        int messages,
        int burst,
        int troubledDays,
        boolean rateLimited,
        boolean drains) {

    /** Moments at which a crash does the most harm. */
    enum Moment {
        NONE,
        APPEND_TO_DURABLE,
        REPLY_TO_JOURNAL,
        ACCEPT_TO_ATTEMPT,
        RELOAD,
        DRAIN
    }

    static Knobs draw(SplittableRandom random) {
        Moment[] moments = Moment.values();
        return new Knobs(
                some(random, 0.1),
                some(random, 0.4),
                some(random, 0.2),
                some(random, 1),
                some(random, 1),
                some(random, 0.3),
                some(random, 0.3),
                some(random, 1),
                some(random, 0.2),
                some(random, 0.2),
                some(random, 0.1),
                some(random, 1),
                some(random, 1),
                some(random, 1),
                some(random, 1),
                moments[random.nextInt(moments.length)],
                some(random, 0.05),
                random.nextBoolean() ? 20 : 5_000,
                random.nextBoolean() ? 2_000 : 400_000,
                random.nextInt(3, 25),
                random.nextInt(1, 12),
                random.nextInt(3) == 0 ? 9 : 3,
                random.nextInt(4) == 0,
                random.nextInt(3) == 0);
    }

    private static double some(SplittableRandom random, double most) {
        return random.nextBoolean() ? 0 : random.nextDouble() * most;
    }
}
