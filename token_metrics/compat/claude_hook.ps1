# SPDX-License-Identifier: MIT
# powershell -ExecutionPolicy Bypass -File claude_hook.ps1 -Action monitor -Duration 300
param(
    [ValidateSet('monitor', 'add', 'status', 'detail', 'reset')]
    [string]$Action = 'status',
    [int]$Duration = 300,
    [long]$InputTokens = 0,
    [long]$OutputTokens = 0
)

$words = @(switch ($Action) {
    'monitor' { 'monitor'; '--duration'; $Duration }
    'add' { 'add'; '--input'; $InputTokens; '--output'; $OutputTokens }
    'reset' { 'reset'; '--window' }
    default { $Action }
})
$program = Get-Command -Name track-tokens -CommandType Application -ErrorAction SilentlyContinue |
    Select-Object -First 1
if ($program) {
    & $program @words
} else {
    & wsl.exe -e track-tokens @words
}
exit $LASTEXITCODE
