"""The power of the CVMs' VMs, as their hosts logged it: when each stopped, who asked for it, when it was on again.

`cycles` reads the lines, `opened` opens the failures that they alone show, `proof` finds those of faults that other
evidence shows too.
"""
