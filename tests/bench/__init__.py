"""The benchmarks: figures that hold on any machine, because each is a ratio to something measured in the same run."""
