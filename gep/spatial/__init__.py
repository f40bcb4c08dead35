"""Accounts on maps: the same formulas run cell by cell, summed by zone and ecosystem type.

:mod:`~gep.spatial.layers` reads and aligns rasters, :mod:`~gep.spatial.plan` turns solved components into steps,
:mod:`~gep.spatial.engine` runs them block by block, :mod:`~gep.spatial.zones` says which cells lie in which zone, and
:mod:`~gep.spatial.scene` puts the sums into the account. Needs the extra ``spatial``.
"""
