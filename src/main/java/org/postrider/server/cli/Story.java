package org.postrider.server.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.postrider.http.ControlViews.MessageView;
import org.postrider.http.ControlViews.QueueLine;
import org.postrider.http.RecentMail.Fate;
import org.postrider.http.RecentMail.Happening;
import org.postrider.http.RecentMail.Refusal;
import org.postrider.mail.Finding;

/** What happened to a message, and what it waits for, in lines for people. */
final class Story {
    private Story() {}

    static void print(PrintWriter out, MessageView message, Predicate<String> recipient) {
        out.println(message.id() + "  from <" + Output.plain(message.from()) + ">, " + message.octets()
                + " octets, received " + message.arrived() + " (" + Output.plain(message.origin()) + ")");
        print(out, message.findings());
        for (Fate fate : message.recipients()) {
            if (recipient.test(fate.address())) {
                print(out, fate, waiting(message.queued(), fate.address()));
            }
        }
        if (message.more() > 0) {
            out.println("  and " + message.more() + " more recipients: `queue list " + message.id() + "` lists them");
        }
        out.flush();
    }

    static void print(PrintWriter out, Refusal refusal) {
        out.println("refused at " + refusal.at() + ": <" + Output.plain(refusal.from()) + "> to <"
                + Output.plain(refusal.recipient()) + "> from " + Output.plain(refusal.client()) + ", "
                + Output.plain(refusal.reply()));
        print(out, refusal.findings());
        out.flush();
    }

    private static void print(PrintWriter out, List<Finding> findings) {
        findings.forEach(finding -> out.println("  found: " + Output.plain(finding.text())));
    }

    private static Optional<QueueLine> waiting(List<QueueLine> queued, String address) {
        return queued.stream().filter(line -> line.to().equals(address)).findFirst();
    }

    private static void print(PrintWriter out, Fate fate, Optional<QueueLine> queued) {
        String state = queued.isPresent() && !fate.settled() ? queued.get().place() : fate.state();
        out.println("  <" + Output.plain(fate.address()) + ">  " + state + ", attempts: "
                + Math.max(fate.attempts(), queued.map(QueueLine::attempts).orElse(0)));
        for (Happening happening : fate.history()) {
            out.println("    " + happening.at() + "  " + Output.plain(happening.what()));
        }
        if (queued.isPresent() && !fate.settled()) {
            QueueLine line = queued.get();
            if (fate.history().isEmpty() && line.last() != null) {
                out.println("    last reply: " + Output.plain(line.last()));
            }
            String until = line.until() == null ? "" : ", until " + line.until();
            String site = line.site() == null ? "" : " for " + Output.plain(line.site());
            out.println("    waits" + site + ": " + Output.plain(line.because()) + until);
        }
    }
}
