"""Accounts on maps: the same formulas run cell by cell, summed by zone and ecosystem type.

:mod:`~gep.spatial.sources` reads ``rasters.toml``, :mod:`~gep.spatial.layers` reads and aligns
rasters on the one :mod:`~gep.spatial.grid`, :mod:`~gep.spatial.plan` turns solved components into
steps, :mod:`~gep.spatial.engine` runs them block by block (:mod:`~gep.spatial.fast` the same,
compiled), :mod:`~gep.spatial.areas` mends polygons, :mod:`~gep.spatial.zones` says which cells lie
in which, and :mod:`~gep.spatial.scene` puts the sums into the account.

From there :mod:`~gep.spatial.drawn` accounts any area drawn, :mod:`~gep.spatial.maps` writes maps,
and :mod:`~gep.spatial.extent` compares two ecosystem maps; :mod:`~gep.spatial.terrain` makes
layers. Needs the extra ``spatial``.
"""
