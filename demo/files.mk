# Written by make-demo.py: the sample store of --demo.
nobase_dist_pkgdata_DATA = \
	demo/snapshots/914867dc-2e91-4b2e-b7ba-eaa269581f4e.json \
	demo/snapshots/914867dc-2e91-4b2e-b7ba-eaa269581f4e/raw.jsonl \
	demo/snapshots/979b8c83-287b-4b37-b055-f72d7f49f79f.json \
	demo/snapshots/979b8c83-287b-4b37-b055-f72d7f49f79f/raw.jsonl \
	demo/snapshots/c1dfe139-e5b2-40ec-865e-a00186b70cf8.json \
	demo/snapshots/c1dfe139-e5b2-40ec-865e-a00186b70cf8/raw.jsonl \
	demo/snapshots/cc84475e-5043-4d66-9b45-51f6e259db9b.json \
	demo/snapshots/cc84475e-5043-4d66-9b45-51f6e259db9b/raw.jsonl \
	demo/snapshots/cd917e39-ed46-48f7-a642-f18a3c072fc0.json \
	demo/snapshots/cd917e39-ed46-48f7-a642-f18a3c072fc0/raw.jsonl \
	demo/snapshots/ecaf5f5c-b891-43ce-9e64-6d253a471af5.json \
	demo/snapshots/ecaf5f5c-b891-43ce-9e64-6d253a471af5/raw.jsonl
