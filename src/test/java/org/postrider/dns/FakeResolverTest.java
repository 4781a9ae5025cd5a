package org.postrider.dns;

import org.postrider.testing.FakeResolver;

/** The fake keeps to the contract, so that tests that use it mean something. */
final class FakeResolverTest extends ResolverContract {
    private final FakeResolver resolver = new FakeResolver();

    @Override
    Resolver resolver() {
        return resolver;
    }

    @Override
    void givenMx(String domain, int preference, String host) {
        resolver.mx(domain, preference, host);
    }

    @Override
    void givenAddress(String host, String address) {
        resolver.address(host, address);
    }

    @Override
    void givenText(String name, String text) {
        resolver.txt(name, text);
    }

    @Override
    void givenPointer(String address, String name) {
        resolver.ptr(address, name);
    }

    @Override
    void givenAlias(String name, String target) {
        resolver.alias(name, target);
    }

    @Override
    void givenTlsa(String host, String record) {
        String[] fields = record.split(" ", -1);
        resolver.tlsa(
                host, Integer.parseInt(fields[0]), Integer.parseInt(fields[1]), Integer.parseInt(fields[2]), fields[3]);
    }

    @Override
    void givenFailure(String name, Answer.Failure failure) {
        resolver.failing(name, failure);
    }
}
