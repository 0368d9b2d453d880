"""How a file that is more than a run's document carries that document, and gives back its very bytes.

Each module is of one kind of file, and knows how to recognise it; :data:`analyzer.store.reading.CARRIERS` lists them.
What is read is anybody's file: nothing is unpacked beyond a bound.
"""
