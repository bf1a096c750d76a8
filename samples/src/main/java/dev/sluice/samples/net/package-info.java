// SPDX-License-Identifier: Apache-2.0
/**
 * How clients come in, whatever they speak then: of which class they are, how many there may be, and who makes room for whom. Knows no protocol
 * beyond what balancers put in front, which is read here and asked by nobody yet: {@link dev.sluice.samples.net.ProxyHeader}, {@link
 * dev.sluice.samples.net.ForwardedFor}.
 */
package dev.sluice.samples.net;
