using Charterhouse.Cli.Errors;
using Charterhouse.Orchestrator.Reports;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Workflows;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.Cli.Hosting;
