/** The smallest server there is: {@code java -cp sluice.jar dev.sluice.samples.echo.EchoServer 7007}. */
package dev.sluice.samples.echo;
