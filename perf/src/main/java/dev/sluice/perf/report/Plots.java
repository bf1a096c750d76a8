// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Draws a {@link Curve} as PNG. */
final class Plots {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 540;

    private Plots() {}

    static void draw(Curve curve, Path file) throws IOException {
        System.setProperty("java.awt.headless", "true");
        final XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(curve.title())
                .xAxisTitle(curve.xLabel())
                .yAxisTitle(curve.yLabel())
                .theme(Styler.ChartTheme.Matlab)
                .build();
        chart.getStyler().setXAxisLogarithmic(curve.xLogarithmic());
        chart.getStyler().setYAxisLogarithmic(curve.yLogarithmic());
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        if (!curve.yLogarithmic()) {
            chart.getStyler().setYAxisMin(0.0);
        }
        for (Curve.Series series : curve.series()) {
            chart.addSeries(series.name(), series.x(), series.y());
        }
        Files.write(file, ChartEncoder.getBytes(chart, "png"));
    }
}
