#!/usr/bin/env perl
# SPDX-License-Identifier: MIT
#
# pairs.pl ROUNDS 'command a' ['command b']
#
# Runs a and b in turn, so that whatever slows the machine slows both, and prints
# the median of each in milliseconds and the median ratio a/b.  Commands are split
# at spaces and started without a shell; their standard output goes nowhere.
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($rounds, @commands) = @ARGV;
die "usage: pairs.pl ROUNDS 'command a' ['command b']\n" unless @commands;
open(my $shown, '>&', \*STDOUT) or die "stdout: $!\n";
open(STDOUT, '>', '/dev/null') or die "/dev/null: $!\n";

sub once {
	my @words = split ' ', shift;
	my $began = clock_gettime(CLOCK_MONOTONIC);
	system { $words[0] } @words;
	die "'@words' failed: $?\n" if $?;
	return 1000 * (clock_gettime(CLOCK_MONOTONIC) - $began);
}

sub median {
	my @sorted = sort { $a <=> $b } @_;
	return ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2;
}

my (@times, @ratios);
for my $round (0 .. $rounds) {
	my @t = map { once($_) } @commands;
	next unless $round;    # the first one warms up
	push @{ $times[$_] }, $t[$_] for 0 .. $#t;
	push @ratios, $t[0] / $t[1] if @t > 1;
}
printf {$shown} '%.2f', median(@{ $times[0] });
printf {$shown} ' %.2f %.2f', median(@{ $times[1] }), median(@ratios) if @commands > 1;
print {$shown} "\n";
