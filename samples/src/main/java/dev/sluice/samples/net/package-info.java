// SPDX-License-Identifier: Apache-2.0
/**
 * How clients come in, whatever they speak then: of which class they are, how many there may be, and who makes room for whom. Knows no protocol
 * beyond what balancers put in front, {@link dev.sluice.samples.net.ProxyHeader}, and what proxies say of their clients, {@link
 * dev.sluice.samples.net.ForwardedFor}.
 */
package dev.sluice.samples.net;
