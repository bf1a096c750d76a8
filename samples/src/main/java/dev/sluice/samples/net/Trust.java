// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import java.util.List;

/**
 * Whose word counts on who a client is: anybody else could claim to be anybody.
 *
 * @param balancers who must begin each connection with the header of the {@linkplain ProxyHeader PROXY protocol}
 * @param proxies who say in each request {@linkplain ForwardedFor for whom} they ask; of a balancer's connection that is who its header names
 */
public record Trust(List<Cidr> balancers, List<Cidr> proxies) {
    /** A client is who its connection comes from. */
    public static final Trust NOBODY = new Trust(List.of(), List.of());

    /**
     * Copies the lists.
     *
     * @param balancers see {@link #balancers()}
     * @param proxies see {@link #proxies()}
     */
    public Trust {
        balancers = List.copyOf(balancers);
        proxies = List.copyOf(proxies);
    }
}
