# Cargo does the work; these are its six usual calls.
.PHONY: run day test lint bench sim

# Opens the sandbox broker on this machine: an exchange that ticks, and addresses to trade at. Ctrl-C closes it.
run:
	cargo run -p sauda -- serve --dir STATE --sandbox

# Plays the built-in sample day and prints its story.
day:
	cargo run -p sauda -- day --dir DAY

# Everything that proves the tree, in one cargo call. The last line says how many tests found nothing to
# test against (big public files, hledger); it fails when cargo does.
test:
	@rm -f target/skipped.txt; \
	cargo test --workspace --no-fail-fast; status=$$?; \
	skipped=0; if [ -f target/skipped.txt ]; then skipped=$$(wc -l < target/skipped.txt); fi; \
	echo "skipped $$skipped tests"; exit $$status

lint:
	cargo clippy --workspace

# A workspace of its own, in bench/, so that the peers it measures never reach ours.
bench:
	cargo xtask bench

sim:
	cargo xtask sim $(ARGS)
