"""Apache Otava beside our change points, on samples/history: `make otava`, in a virtual environment of its own."""
