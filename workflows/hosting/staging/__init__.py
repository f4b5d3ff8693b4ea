"""Staging copies ("salinan uji"): a second small hosting beside a site, for its team to try an update on."""
