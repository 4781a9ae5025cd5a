package org.postrider.server.cli;

import java.net.InetSocketAddress;
import java.util.List;
import org.postrider.server.Node;

/** A node as a command sees it. */
record RunningForTest(Node node) implements ServerStarter.Running {
    @Override
    public String summary() {
        return "";
    }

    @Override
    public List<InetSocketAddress> smtpAddresses() {
        return node.smtpAddresses();
    }

    @Override
    public InetSocketAddress httpAddress() {
        return node.httpAddress();
    }

    @Override
    public void reload() {}

    @Override
    public void stop() {
        node.close();
    }
}
