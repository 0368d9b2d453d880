"""`autopath scan`: the scans of captures, which are analysed together elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("scan")
@click.argument("captures", nargs=-1, type=click.Path(readable=False))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="Folder for the scans: CAPTURE.scan each.",
)
@click.option(
    "--nfs-port",
    type=click.IntRange(1, 65535),
    default=2049,
    show_default=True,
    help="NFS port of the storage address, as analyze is told.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def command(captures: tuple[str, ...], output: Path, nfs_port: int, quiet: bool) -> None:
    """Write of each of CAPTURES (files or folders) what an analysis looks at: headers, and the heads of RPC.

    Give the paths as you would to analyze, and the scans to analyze in their place: it says the same.

    \b
    autopath scan ring/span_00001.pcap -o scans     (on one machine)
    autopath scan ring/span_00002.pcap -o scans     (on another one)
    autopath analyze scans
    """
    from analyzer.cli.terminal.progress import Progress
    from analyzer.config import Settings
    from analyzer.ingest.scanning import scan_files
    from analyzer.report.words import visible

    with Progress(sys.stderr, silent=quiet) as progress:
        for one in scan_files(captures, output, Settings(nfs_port=nfs_port), progress.heard):
            if not quiet:
                click.echo(visible(f"{one.path}: {one.written:,} of {one.size:,} bytes"))
